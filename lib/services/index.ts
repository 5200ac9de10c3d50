import { AdditionalFeatureService } from './additional-feature.service.js';
import { BillingKeyService } from './billing-key.service.js';
import { CashReceiptService } from './cash-receipt.service.js';
import { IdentityVerificationService } from './identity-verification.service.js';
import { PaymentScheduleService } from './payment-schedule.service.js';
import { PaymentService } from './payment.service.js';
import { PgSpecificService } from './pg-specific.service.js';
import { PlatformService } from './platform.service.js';
import { PromotionService } from './promotion.service.js';
import { ReconciliationService } from './reconciliation.service.js';
import { TaxInvoiceService } from './tax-invoice.service.js';

/** Every service, for the module that provides them; each is made of a client and settings. */
export const SERVICES = [
  PaymentService,
  BillingKeyService,
  PaymentScheduleService,
  CashReceiptService,
  PromotionService,
  AdditionalFeatureService,
  IdentityVerificationService,
  ReconciliationService,
  TaxInvoiceService,
  PlatformService,
  PgSpecificService,
] as const;

export type { ExpectedPayment, VerifiedPayment } from './payment-verification.js';
export {
  AdditionalFeatureService,
  BillingKeyService,
  CashReceiptService,
  IdentityVerificationService,
  PaymentScheduleService,
  PaymentService,
  PgSpecificService,
  PlatformService,
  PromotionService,
  ReconciliationService,
  TaxInvoiceService,
};
