import { Injectable } from '@nestjs/common';

import { operationsOf } from './operations-of.js';

/** Additional features of providers (부가 기능), such as their card promotions. Every operation of `client.payment.additionalFeature`. */
@Injectable()
export class AdditionalFeatureService extends operationsOf('payment.additionalFeature') {}
