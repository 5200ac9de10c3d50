/** What a handler may be is decided when it is compiled, not when the first payment comes. */
import {
  isUnrecognized,
  PortOneConfirm,
  PortOneWebhook,
  type AnyWebhookEvent,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookEventOf,
} from 'nestjs-portone';

import { same, type Same } from './same.js';

same<Same<WebhookEventOf<'Transaction.Paid'>, WebhookEvent<'Transaction.Paid'>>>();
same<
  Same<WebhookEventOf<'Transaction.Paid' | 'BillingKey.Issued'>, WebhookEvent<'Transaction.Paid' | 'BillingKey.Issued'>>
>();
same<
  Same<
    WebhookEventOf<'BillingKey.*'>,
    WebhookEvent<`BillingKey.${'Ready' | 'Issued' | 'Failed' | 'Deleted' | 'Updated'}`>
  >
>();
// The question before an approval is not among them.
same<Same<Extract<WebhookEventOf<'Transaction.*'>, { type: 'Transaction.Confirm' }>, never>>();
same<Same<Extract<WebhookEventOf<'*'>, { type: 'Transaction.Confirm' }>, never>>();
// What an event holds is what the SDK says.
same<Same<WebhookEvent<'Transaction.Paid'>['data']['paymentId'], string>>();
same<Same<WebhookEvent<'BillingKey.Issued'>['data']['billingKey'], string>>();

export class Compiles {
  @PortOneWebhook('Transaction.Paid')
  exact(event: WebhookEvent<'Transaction.Paid'>): string {
    return event.data.paymentId;
  }

  @PortOneWebhook('Transaction.Paid')
  async withDelivery(
    { data }: WebhookEvent<'Transaction.Paid'>,
    { signal, attempt }: WebhookDelivery,
  ): Promise<number> {
    signal.throwIfAborted();
    return data.paymentId.length + attempt;
  }

  @PortOneWebhook('Transaction.Paid')
  nothing(): void {}

  @PortOneWebhook('Transaction.Paid')
  wider(event: AnyWebhookEvent): unknown {
    return event.type;
  }

  @PortOneWebhook('Transaction.Paid')
  onlyWhatItUses({ data }: { data: { paymentId: string } }): string {
    return data.paymentId;
  }

  @PortOneWebhook('Transaction.Cancelled', 'Transaction.PartialCancelled', { id: 'refund-mails' })
  several(event: WebhookEvent<'Transaction.Cancelled' | 'Transaction.PartialCancelled'>): string {
    return event.data.cancellationId;
  }

  @PortOneWebhook('Transaction.Paid')
  @PortOneWebhook('Transaction.Cancelled', { account: 'b' })
  stacked(event: WebhookEvent<'Transaction.Paid' | 'Transaction.Cancelled'>): string {
    return event.data.paymentId;
  }

  @PortOneWebhook('Transaction.*')
  group(event: WebhookEventOf<'Transaction.*'>): string {
    return event.type === 'Transaction.Paid' ? event.data.paymentId : event.data.storeId;
  }

  @PortOneWebhook('*', { account: 'b', id: 'everything' })
  all(event: AnyWebhookEvent): string | undefined {
    return isUnrecognized(event) ? undefined : event.data.storeId;
  }

  @PortOneConfirm()
  confirm({ data }: WebhookEvent<'Transaction.Confirm'>): void {
    if (data.totalAmount > 1_000_000) throw new Error('too much');
  }

  @PortOneConfirm({ account: 'b' })
  async confirmLater(_event: WebhookEvent<'Transaction.Confirm'>, { signal }: WebhookDelivery): Promise<void> {
    await Promise.resolve(signal);
  }

  @PortOneConfirm()
  async confirmNever(): Promise<never> {
    throw new Error('closed');
  }
}

export class DoesNotCompile {
  // @ts-expect-error there is no such event
  @PortOneWebhook('Transaction.Payed')
  unknownEvent(): void {}

  // @ts-expect-error there is no such group
  @PortOneWebhook('Payment.*')
  unknownGroup(): void {}

  // @ts-expect-error names are written as PortOne writes them
  @PortOneWebhook('transaction.paid')
  otherCase(): void {}

  // @ts-expect-error at least one event
  @PortOneWebhook()
  noEvent(): void {}

  // @ts-expect-error at least one event beside the options
  @PortOneWebhook({ account: 'b' })
  onlyOptions(): void {}

  // @ts-expect-error options come last
  @PortOneWebhook({ account: 'b' }, 'Transaction.Paid')
  optionsFirst(): void {}

  // @ts-expect-error there is no such option
  @PortOneWebhook('Transaction.Paid', { acount: 'b' })
  wrongOption(): void {}

  // @ts-expect-error the question before an approval needs @PortOneConfirm
  @PortOneWebhook('Transaction.Confirm')
  confirm(_event: WebhookEvent<'Transaction.Confirm'>): void {}

  // @ts-expect-error another event than the pattern delivers
  @PortOneWebhook('Transaction.Paid')
  otherEvent(_event: WebhookEvent<'Transaction.Cancelled'>): void {}

  // @ts-expect-error the second pattern delivers what the parameter does not take
  @PortOneWebhook('Transaction.Paid', 'Transaction.Cancelled')
  tooNarrow(_event: WebhookEvent<'Transaction.Paid'>): void {}

  // @ts-expect-error so does a stacked one
  @PortOneWebhook('BillingKey.Issued')
  @PortOneWebhook('Transaction.Paid')
  stackedTooNarrow(_event: WebhookEvent<'Transaction.Paid'>): void {}

  // @ts-expect-error a group delivers more than one event of it
  @PortOneWebhook('Transaction.*')
  groupTooNarrow(_event: WebhookEvent<'Transaction.Paid'>): void {}

  // @ts-expect-error a billing key's event has no payment
  @PortOneWebhook('BillingKey.*')
  groupWithOtherData(_event: { data: { paymentId: string } }): void {}

  // @ts-expect-error '*' also delivers events that are newer than the SDK
  @PortOneWebhook('*')
  allButNewer(_event: WebhookEvent): void {}

  // @ts-expect-error '*' delivers every event
  @PortOneWebhook('*')
  allTooNarrow(_event: WebhookEvent<'Transaction.Paid'>): void {}

  // @ts-expect-error the second argument is the delivery
  @PortOneWebhook('Transaction.Paid')
  otherSecond(_event: WebhookEvent<'Transaction.Paid'>, _paymentId: string): void {}

  // @ts-expect-error there is no third argument
  @PortOneWebhook('Transaction.Paid')
  third(_event: WebhookEvent<'Transaction.Paid'>, _delivery: WebhookDelivery, _more: string): void {}

  // @ts-expect-error a method, not a property
  @PortOneWebhook('Transaction.Paid')
  property = 1;

  @PortOneWebhook('*')
  unnarrowed(event: AnyWebhookEvent): unknown {
    // @ts-expect-error an event that is newer than the SDK may have no data
    return event.data;
  }
}

export class ConfirmDoesNotCompile {
  // @ts-expect-error `return false` would approve
  @PortOneConfirm()
  boolean(): boolean {
    return false;
  }

  // @ts-expect-error so would a promise of it
  @PortOneConfirm()
  async promisedBoolean(): Promise<boolean> {
    return false;
  }

  // @ts-expect-error a text that says why not would approve too
  @PortOneConfirm()
  text(): string {
    return '재고 없음';
  }

  // @ts-expect-error and so would a rejection that is returned, not thrown
  @PortOneConfirm()
  async error(): Promise<Error> {
    return new Error('returned, not thrown');
  }

  // @ts-expect-error what it returns must be known to be nothing
  @PortOneConfirm()
  whatever(): unknown {
    return undefined;
  }

  // @ts-expect-error sometimes is too often
  @PortOneConfirm()
  sometimes(): boolean | void {}

  // @ts-expect-error a confirm handler is asked about a confirmation
  @PortOneConfirm()
  otherEvent(_event: WebhookEvent<'Transaction.Paid'>): void {}

  // @ts-expect-error it has no id: no inbox keeps a verdict
  @PortOneConfirm({ id: 'x' })
  withId(): void {}
}
