/** A card that a buyer left with the shop, as the staff may see it. */
export interface BillingKey {
  readonly billingKey: string;
  /** `신한카드 433012******1234`, as far as the provider tells. */
  readonly card: string;
  readonly issuedAt: string;
}
