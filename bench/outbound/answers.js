// What PortOne answers, in its real shape and size: a paid card payment (about 2 KB) and a cancellation.

export const PAYMENT_ID = 'order20240425k3v9x2m7q1';

const payment = {
  status: 'PAID',
  id: PAYMENT_ID,
  transactionId: '018f1a2b-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  merchantId: 'merchant-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
  storeId: 'store-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
  method: {
    type: 'PaymentMethodCard',
    card: {
      publisher: 'SHINHAN_CARD',
      issuer: 'SHINHAN_CARD',
      brand: 'MASTER',
      type: 'CREDIT',
      ownerType: 'PERSONAL',
      bin: '551187',
      name: '신한카드 마스터 플래티넘',
      number: '551187******4444',
    },
    approvalNumber: '30012345',
    installment: { month: 3, isInterestFree: true },
    pointUsed: false,
  },
  channel: {
    type: 'LIVE',
    id: 'channel-id-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
    key: 'channel-key-0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
    name: '토스페이먼츠 일반결제',
    pgProvider: 'TOSSPAYMENTS',
    pgMerchantId: 'shop_01',
  },
  version: 'V2',
  webhooks: [
    {
      paymentStatus: 'PAID',
      id: 'wh_01HW9Z7Q8R9S0T1U2V3W4X5Y6Z',
      status: 'SUCCEEDED',
      url: 'https://shop.example.com/webhook/portone',
      isAsync: true,
      currentExecutionCount: 1,
      request: { header: 'Content-Type: application/json', body: '{"type":"Transaction.Paid"}' },
      response: { code: '200', body: '{"received":true}', respondedAt: '2024-04-25T10:00:03.120Z' },
      triggeredAt: '2024-04-25T10:00:02.345Z',
    },
  ],
  requestedAt: '2024-04-25T09:59:31.002Z',
  updatedAt: '2024-04-25T10:00:02.221Z',
  statusChangedAt: '2024-04-25T10:00:02.221Z',
  orderName: '유기농 바나나 1.5kg 외 3건',
  amount: {
    total: 39800,
    taxFree: 12000,
    vat: 2527,
    supply: 25273,
    discount: 0,
    paid: 39800,
    cancelled: 0,
    cancelledTaxFree: 0,
  },
  currency: 'KRW',
  customer: {
    id: 'user_88231',
    name: '김포원',
    email: 'buyer@example.com',
    phoneNumber: '010-1234-5678',
    address: { type: 'ONE_LINE', oneLine: '서울특별시 성동구 성수이로 20길 16 JK타워 5층' },
  },
  isCulturalExpense: false,
  escrow: null,
  customData: '{"orderId":"A-20240425-000123","campaign":"spring"}',
  paidAt: '2024-04-25T10:00:02.000Z',
  pgTxId: 'tviva20240425190002Abcd1',
  receiptUrl: 'https://dashboard.tosspayments.com/receipt/redirection?transactionId=tviva20240425190002Abcd1',
};

const cancelled = {
  cancellation: {
    status: 'SUCCEEDED',
    id: '018f1a2b-9999-7e5f-8a9b-0c1d2e3f4a5b',
    pgCancellationId: 'tviva20240425190002Abcd1-C1',
    totalAmount: 39800,
    taxFreeAmount: 12000,
    vatAmount: 2527,
    reason: '단순 변심',
    cancelledAt: '2024-04-26T02:11:09.000Z',
    requestedAt: '2024-04-26T02:11:08.412Z',
    receiptUrl: 'https://dashboard.tosspayments.com/receipt/redirection?transactionId=tviva20240425190002Abcd1',
    trigger: 'API',
  },
};

export const PAYMENT_JSON = JSON.stringify(payment);
export const CANCELLED_JSON = JSON.stringify(cancelled);
