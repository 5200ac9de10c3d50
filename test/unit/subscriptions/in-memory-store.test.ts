import { InMemorySubscriptionStore } from 'nestjs-portone';

import { subscriptionStoreContract } from '../../contracts/subscription-store.contract.js';

subscriptionStoreContract('InMemorySubscriptionStore', () => new InMemorySubscriptionStore());
