import { readPaymentRequest } from '../state/billing-keys/billing-key-payment.js';
import { numberedPage } from '../state/lists/numbered-page.js';
import { route } from './route.js';

const STATUSES = ['SCHEDULED', 'STARTED', 'SUCCEEDED', 'FAILED', 'REVOKED', 'PENDING'] as const;

export const SCHEDULE_ROUTES = [
  route('payment.paymentSchedule.createPaymentSchedule', ({ input, desk }) => {
    const payment = input.object('payment');
    const timeToPayMs = input.instant('timeToPay');
    // PortOne does not document what a time that has passed gives.
    if (timeToPayMs <= desk.clock.nowMs()) input.refuse('timeToPay', 'must lie in the future');
    const { id } = desk.schedules.create(
      input.string('paymentId'),
      payment.string('billingKey'),
      readPaymentRequest(payment),
      timeToPayMs,
    );
    return { schedule: { id } };
  }),

  route('payment.paymentSchedule.getPaymentSchedule', ({ input, desk }) =>
    desk.schedules.find(input.string('paymentScheduleId')),
  ),

  route('payment.paymentSchedule.getPaymentSchedules', ({ input, desk }) => {
    const filter = input.optionalObject('filter');
    filter?.only(['storeId', 'billingKey', 'from', 'until', 'status', 'isForTest']);
    const billingKey = filter?.optionalString('billingKey');
    const statuses = filter?.optionalChoices('status', STATUSES);
    const isForTest = filter?.optionalBoolean('isForTest');
    return numberedPage(desk.schedules.schedules.listed(), input, desk.clock.nowMs(), {
      times: {
        TIME_TO_PAY: ({ timeToPay }) => timeToPay,
        CREATED_AT: ({ createdAt }) => createdAt,
        COMPLETED_AT: (schedule) => ('completedAt' in schedule ? schedule.completedAt : undefined),
      },
      rangeOf: ({ timeToPay }) => timeToPay,
      passes: (schedule) =>
        (billingKey === undefined || schedule.billingKey === billingKey) &&
        (statuses === undefined || statuses.length === 0 || statuses.includes(schedule.status)) &&
        (isForTest === undefined || isForTest === desk.billingKeys.isForTest(schedule.billingKey)),
    });
  }),

  route('payment.paymentSchedule.revokePaymentSchedules', ({ input, desk }) => {
    const billingKey = input.optionalString('billingKey');
    const scheduleIds = input.optionalStrings('scheduleIds');
    if (scheduleIds?.length === 0) input.refuse('scheduleIds', 'must name at least one schedule');
    if (billingKey === undefined && scheduleIds === undefined) {
      input.refuse('scheduleIds', 'is required where no billingKey is given');
    }
    const revoked = desk.schedules.revoke({ billingKey, scheduleIds });
    return {
      revokedScheduleIds: revoked.map(({ id }) => id),
      ...(revoked.length > 0 && { revokedAt: desk.clock.now().toISOString() }),
    };
  }),
];
