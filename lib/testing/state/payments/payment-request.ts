import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { AmountInput } from './amounts.js';

/** What a payment window, or a server that pays without one, asks for. */
export interface PaymentRequest extends AmountInput {
  readonly currency: string;
  readonly orderName: string;
  readonly customer: Sdk.Common.Customer;
  readonly customData: string | undefined;
  readonly channelKey: string | undefined;
  readonly billingKey: string | undefined;
  readonly noticeUrls: readonly string[];
  /** PortOne picks a channel of it, where no key is given. */
  readonly channelGroupId?: string | undefined;
  /** The schedule whose time has come. */
  readonly scheduleId?: string | undefined;
  readonly promotionId?: string | undefined;
  readonly products?: readonly Sdk.Common.PaymentProduct[] | undefined;
  readonly productCount?: number | undefined;
  readonly isEscrow?: boolean | undefined;
  readonly isCulturalExpense?: boolean | undefined;
  readonly country?: string | undefined;
  readonly installmentMonth?: number | undefined;
  readonly useCardPoint?: boolean | undefined;
  /** Whether the merchant pays the interest of the instalments. */
  readonly useFreeInterest?: boolean | undefined;
  /** Whose card the window was opened for. */
  readonly cardCompany?: string | undefined;
  readonly cashReceiptType?: 'PERSONAL' | 'CORPORATE' | 'NO_RECEIPT' | undefined;
  /** Where the question before approval goes. */
  readonly confirmUrl?: string | undefined;
  /** @default 'API' */
  readonly platformType?: 'SDK_PC' | 'SDK_MOBILE' | 'API' | undefined;
}

export function readProducts(input: Input): readonly Sdk.Common.PaymentProduct[] | undefined {
  return input.optionalObjects('products')?.map((product) => {
    const [tag, code, link] = ['tag', 'code', 'link'].map((name) => product.optionalString(name));
    return {
      id: product.string('id'),
      name: product.string('name'),
      amount: product.integer('amount', 0),
      quantity: product.integer('quantity', 1),
      ...(tag && { tag }),
      ...(code && { code }),
      ...(link && { link }),
    };
  });
}
