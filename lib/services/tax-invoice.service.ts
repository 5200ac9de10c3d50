import { Injectable } from '@nestjs/common';

import { operationsOf } from './operations-of.js';

/** Tax invoices between businesses (B2B 세금계산서). Every operation of `client.b2b.taxInvoice`. */
@Injectable()
export class TaxInvoiceService extends operationsOf('b2b.taxInvoice') {}
