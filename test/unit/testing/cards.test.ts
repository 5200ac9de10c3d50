import fc from 'fast-check';
import { describeCard, readCard } from '../../../lib/testing/state/payments/cards.js';

describe('readCard', () => {
  it.each(['4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005', '6011111111111117'])('takes %s', (text) => {
    expect(readCard(text)).toEqual({ number: text.replace(/\D/g, ''), declined: false });
  });

  it('takes the card that is declined, though it fails the check', () => {
    expect(readCard('4111 1111 1111 1112')).toEqual({ number: '4111111111111112', declined: true });
  });

  it.each(['4111 1111 1111 1113', '4111', '', 'card', '0'.repeat(20), '4111_1111_1111_1111'])('refuses %p', (text) => {
    expect(readCard(text)).toBeUndefined();
  });

  it('notices every single wrong digit', () => {
    const position = fc.integer({ min: 0, max: 15 });
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 9 }), (at, shift) => {
        const digits = [...'5555555555554444'];
        digits[at] = String((Number(digits[at]) + shift) % 10);
        expect(readCard(digits.join(''))).toBeUndefined();
      }),
    );
  });
});

describe('describeCard', () => {
  it('shows a brand, the first six digits and the last four', () => {
    const shown = (number: string) => describeCard({ number, declined: false });
    expect(shown('4111111111111111')).toMatchObject({ brand: 'VISA', bin: '411111', number: '411111******1111' });
    expect(shown('378282246310005')).toMatchObject({ brand: 'AMEX', number: '378282*****0005' });
    expect(shown('5555555555554444')).toMatchObject({ brand: 'MASTER' });
    expect(shown('1111111111111117')).not.toHaveProperty('brand');
  });
});
