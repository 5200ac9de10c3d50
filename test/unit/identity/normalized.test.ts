import { normalizedDate, normalizedName, normalizedPhoneNumber } from '../../../lib/identity/normalized.js';

it.each([
  '01012345678',
  '010-1234-5678',
  ' 010 1234 5678 ',
  '+82 10-1234-5678',
  '+82 (0)10-1234-5678',
  '+82010 1234 5678',
  '0082 10 1234 5678',
  '821012345678',
  '０１０-１２３４-５６７８',
])('%p is 01012345678', (text) => expect(normalizedPhoneNumber(text)).toBe('01012345678'));

it.each(['010-1234-5679', '+1 010 1234 5678', ''])('%p is not', (text) =>
  expect(normalizedPhoneNumber(text)).not.toBe('01012345678'),
);

it.each([
  ['홍길동', '홍 길동'],
  ['홍길동', '홍길동'.normalize('NFD')],
  ['HONG GILDONG', 'hong gil dong'],
  ['HONG GILDONG', 'ＨＯＮＧ　ＧＩＬＤＯＮＧ'],
])('%p and %p are one name', (a, b) => expect(normalizedName(a)).toBe(normalizedName(b)));

it('tells names apart', () => expect(normalizedName('홍길동')).not.toBe(normalizedName('홍길순')));

it('takes a date with and without marks', () => expect(normalizedDate('1990.01.02')).toBe(normalizedDate('19900102')));
