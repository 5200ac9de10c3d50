import { Injectable } from '@nestjs/common';

import { operationsOf } from './operations-of.js';

/** Operations that a single provider has (PG사별 기능). Every operation of `client.pgSpecific`. */
@Injectable()
export class PgSpecificService extends operationsOf('pgSpecific') {}
