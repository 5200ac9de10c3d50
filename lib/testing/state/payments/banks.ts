import type { Input } from '../../http/input.js';

/** What the sandbox opens accounts at, unless a request names another bank. */
export const DEFAULT_BANK = 'SHINHAN';

const BANKS: readonly string[] =
  `BANK_OF_KOREA KDB IBK KOOKMIN SUHYUP KEXIM NONGHYUP LOCAL_NONGHYUP WOORI STANDARD_CHARTERED CITI SUHYUP_FEDERATION
  DAEGU BUSAN KWANGJU JEJU JEONBUK KYONGNAM KFCC SHINHYUP SAVINGS_BANK MORGAN_STANLEY HSBC DEUTSCHE JPMC MIZUHO MUFG
  BANK_OF_AMERICA BNP_PARIBAS ICBC BANK_OF_CHINA NFCF UOB BOCOM CCB POST KODIT KIBO HANA SHINHAN K_BANK KAKAO TOSS
  MISC_FOREIGN SGI KCIS YUANTA_SECURITIES KB_SECURITIES SANGSANGIN_SECURITIES HANYANG_SECURITIES LEADING_SECURITIES
  BNK_SECURITIES IBK_SECURITIES DAOL_SECURITIES MIRAE_ASSET_SECURITIES SAMSUNG_SECURITIES KOREA_SECURITIES NH_SECURITIES
  KYOBO_SECURITIES HI_SECURITIES HYUNDAI_MOTOR_SECURITIES KIWOOM_SECURITIES EBEST_SECURITIES SK_SECURITIES
  DAISHIN_SECURITIES HANHWA_SECURITIES HANA_SECURITIES TOSS_SECURITIES SHINHAN_SECURITIES DB_SECURITIES
  EUGENE_SECURITIES MERITZ_SECURITIES KAKAO_PAY_SECURITIES BOOKOOK_SECURITIES SHINYOUNG_SECURITIES CAPE_SECURITIES
  KOREA_SECURITIES_FINANCE KOREA_FOSS_SECURITIES WOORI_INVESTMENT_BANK`.split(/\s+/);

/** The browser SDK's names that are not the API's with `_BANK` behind. */
const IN_BROWSER: Readonly<Record<string, string>> = {
  KOREA_DEVELOPMENT_BANK: 'KDB',
  INDUSTRIAL_BANK_OF_KOREA: 'IBK',
  EXPORT_IMPORT_BANK_OF_KOREA: 'KEXIM',
  NH_NONGHYUP_BANK: 'NONGHYUP',
  SC_BANK_KOREA: 'STANDARD_CHARTERED',
  CITI_BANK_KOREA: 'CITI',
  GWANGJU_BANK: 'KWANGJU',
  EPOST: 'POST',
};

/** A bank by the API's name. */
export function readBank(input: Input, name: string): string {
  return knownBank(input, name, input.string(name));
}

/** A bank by the browser SDK's name, or by the API's. */
export function readBrowserBank(input: Input, name: string): string | undefined {
  const text = input.optionalString(name);
  return text === undefined ? undefined : knownBank(input, name, IN_BROWSER[text] ?? withoutSuffix(text));
}

function knownBank(input: Input, name: string, bank: string): string {
  return BANKS.includes(bank) ? bank : input.refuse(name, 'must be a bank that PortOne knows, such as SHINHAN');
}

function withoutSuffix(text: string): string {
  return BANKS.includes(text) ? text : text.replace(/_BANK$/, '');
}
