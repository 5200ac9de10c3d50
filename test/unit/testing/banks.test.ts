import { Input } from '../../../lib/testing/http/input.js';
import { readBank, readBrowserBank } from '../../../lib/testing/state/payments/banks.js';

const read = (bankCode: string) => readBrowserBank(new Input({ bankCode }), 'bankCode');

describe('banks', () => {
  it.each([
    ['SHINHAN_BANK', 'SHINHAN'],
    ['SHINHAN', 'SHINHAN'],
    ['NH_NONGHYUP_BANK', 'NONGHYUP'],
    ['K_BANK', 'K_BANK'],
    ['BANK_OF_KOREA', 'BANK_OF_KOREA'],
    ['SC_BANK_KOREA', 'STANDARD_CHARTERED'],
    ['TOSS_SECURITIES', 'TOSS_SECURITIES'],
  ])("knows the browser SDK's %s as %s", (name, bank) => {
    expect(read(name)).toBe(bank);
  });

  it('refuses what PortOne does not know', () => {
    expect(() => read('MY_BANK')).toThrow('bankCode must be a bank that PortOne knows');
    expect(() => readBank(new Input({ bank: 'SHINHAN_BANK' }), 'bank')).toThrow('bank must be a bank');
    expect(() => readBank(new Input({}), 'bank')).toThrow('bank is required.');
    expect(readBrowserBank(new Input({}), 'bankCode')).toBeUndefined();
  });
});
