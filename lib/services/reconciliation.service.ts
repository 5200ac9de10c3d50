import { Injectable } from '@nestjs/common';

import { operationsOf } from './operations-of.js';

/** Reconciliation (결제 대사): what the providers settled, as reports. Every operation of `client.reconciliation`. */
@Injectable()
export class ReconciliationService extends operationsOf('reconciliation') {}
