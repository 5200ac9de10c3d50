import { InMemoryRefundJournal } from '../../../lib/refunds/in-memory.refund-journal.js';
import { refundJournalContract } from '../../contracts/refund-journal.contract.js';

refundJournalContract('InMemoryRefundJournal', () => new InMemoryRefundJournal());
