// The sandbox's stand-in for PortOne's browser SDK: the same global, the same parameters and answers.
(() => {
  /**
   * @typedef {object} Kind
   * @property {string} transactionType
   * @property {string} errorType
   * @property {Readonly<Record<string, 'string' | 'number'>>} required
   */
  /** @typedef {{ windowType?: { pc?: string | undefined, mobile?: string | undefined } | undefined, redirectUrl?: string | undefined, forceRedirect?: boolean | undefined, popup?: { center?: boolean | undefined } | undefined, iframe?: { dim?: boolean | undefined } | undefined }} Opening */
  /** @typedef {{ answer: Record<string, string | undefined>, started: boolean }} Outcome */

  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const windowUrl = new URL('/_sandbox/window', script.src);
  const POPUP_SIZE = { width: 480, height: 720 };
  /** How often a pop-up is looked at: the browser does not tell when a person closes it. */
  const POPUP_LOOK_MS = 200;

  const order = { storeId: 'string', orderName: 'string', totalAmount: 'number', currency: 'string' };
  const PAYMENT = /** @type {Kind} */ ({
    transactionType: 'PAYMENT',
    errorType: 'PaymentError',
    required: { ...order, paymentId: 'string', payMethod: 'string' },
  });
  const IDENTITY_VERIFICATION = /** @type {Kind} */ ({
    transactionType: 'IDENTITY_VERIFICATION',
    errorType: 'IdentityVerificationError',
    required: { storeId: 'string', identityVerificationId: 'string' },
  });
  const ISSUE_BILLING_KEY = /** @type {Kind} */ ({
    transactionType: 'ISSUE_BILLING_KEY',
    errorType: 'IssueBillingKeyError',
    required: { storeId: 'string', billingKeyMethod: 'string' },
  });
  const ISSUE_BILLING_KEY_AND_PAY = /** @type {Kind} */ ({
    transactionType: 'ISSUE_BILLING_KEY_AND_PAY',
    errorType: 'IssueBillingKeyAndPayError',
    required: { ...order, paymentId: 'string', billingKeyAndPayMethod: 'string' },
  });

  let isOpen = false;

  /**
   * @param {Kind} kind
   * @param {Opening & Record<string, unknown>} request
   * @returns {Promise<unknown>}
   */
  async function ask(kind, request) {
    check(kind, request);
    const { windowType, redirectUrl, forceRedirect } = request;
    const onPhone = /Mobi|Android|iPhone|iPad/.test(navigator.userAgent);
    const type = windowType?.[onPhone ? 'mobile' : 'pc'] ?? (onPhone ? 'REDIRECTION' : 'IFRAME');
    if (!['IFRAME', 'POPUP', 'REDIRECTION'].includes(type)) {
      throw problem(kind, `windowType.${onPhone ? 'mobile' : 'pc'} must be IFRAME, POPUP or REDIRECTION.`);
    }
    if (type === 'REDIRECTION') {
      if (redirectUrl === undefined) {
        throw problem(kind, 'redirectUrl is required: here the window takes the place of the page (REDIRECTION).');
      }
      const whole = new URL(windowUrl);
      const { transactionType } = kind;
      whole.hash = encodeURIComponent(JSON.stringify({ transactionType, request: toJson(request) }));
      return leaveFor(whole.href);
    }
    if (isOpen) throw problem(kind, 'A window is open already.');
    isOpen = true;
    try {
      const { answer, started } = await (type === 'POPUP' ? inPopup : inOverlay)(kind, request);
      if (!started) throw Object.assign(new Error(), { __portOneErrorType: kind.errorType, ...answer });
      if (!forceRedirect || redirectUrl === undefined) return answer;
      const target = new URL(redirectUrl, location.href);
      for (const [name, value] of Object.entries(answer)) if (value !== undefined) target.searchParams.set(name, value);
      return leaveFor(target.href);
    } finally {
      isOpen = false;
    }
  }

  /**
   * @param {Kind} kind
   * @param {Opening & Record<string, unknown>} request
   */
  function check(kind, request) {
    if (typeof request !== 'object' || request === null) throw problem(kind, 'The request must be an object.');
    for (const [name, type] of Object.entries(kind.required)) {
      const value = request[name];
      if (value === undefined || value === null || value === '') throw problem(kind, `${name} is required.`);
      if (typeof value !== type) throw problem(kind, `${name} must be a ${type}.`);
    }
    if (!request.channelKey && !request.channelGroupId) {
      throw problem(kind, 'channelKey or channelGroupId is required.');
    }
    const { totalAmount = 1, redirectUrl } = request;
    if (!Number.isInteger(totalAmount) || Number(totalAmount) < 1) {
      throw problem(kind, 'totalAmount must be an integer of at least 1.');
    }
    if (redirectUrl !== undefined && !isHttp(redirectUrl)) {
      throw problem(kind, 'redirectUrl must be an http(s) URL.');
    }
  }

  /** @param {string} url */
  function isHttp(url) {
    return URL.canParse(url, location.href) && /^https?:$/.test(new URL(url, location.href).protocol);
  }

  /**
   * As the real SDK's errors are made: its `isPaymentError` and the like tell them by `__portOneErrorType`.
   *
   * @param {Kind} kind
   * @param {string} message
   */
  function problem({ errorType, transactionType }, message) {
    const error = new Error(`[PortOne sandbox] ${message}`);
    return Object.assign(error, { __portOneErrorType: errorType, transactionType, code: 'RequestParseFailed' });
  }

  /**
   * What a redirect URL's page does next has nothing to do with this one any more: the answer never comes.
   *
   * @param {string} url
   * @returns {Promise<never>}
   */
  function leaveFor(url) {
    location.assign(url);
    return new Promise(() => {});
  }

  /**
   * @param {Opening & Record<string, unknown>} request
   * @returns {Record<string, unknown>}
   */
  function toJson(request) {
    const { redirectUrl } = request;
    const absolute = redirectUrl === undefined ? {} : { redirectUrl: new URL(redirectUrl, location.href).href };
    return JSON.parse(JSON.stringify({ ...request, ...absolute }));
  }

  /**
   * Hands the window its request once it is there, and waits for its answer. Only the sandbox's own window is listened
   * to and spoken to.
   *
   * @param {Window} opened
   * @param {Kind} kind
   * @param {Opening & Record<string, unknown>} request
   * @param {AbortSignal} signal
   * @returns {Promise<Outcome>}
   */
  function converse(opened, { transactionType }, request, signal) {
    return new Promise((resolve) => {
      addEventListener(
        'message',
        ({ source, origin, data }) => {
          if (source !== opened || origin !== windowUrl.origin) return;
          if (data?.portone === 'ready') {
            opened.postMessage({ portone: 'request', transactionType, request: toJson(request) }, windowUrl.origin);
          }
          if (data?.portone === 'answer') resolve({ answer: data.answer, started: data.started });
        },
        { signal },
      );
    });
  }

  /**
   * @param {Kind} kind
   * @param {Opening & Record<string, unknown>} request
   * @returns {Promise<Outcome>}
   */
  async function inOverlay(kind, request) {
    const frame = document.createElement('iframe');
    frame.title = 'PortOne';
    frame.allow = 'payment';
    Object.assign(frame.style, {
      position: 'fixed',
      inset: '0',
      width: '100%',
      height: '100%',
      border: '0',
      zIndex: '2147483647',
      colorScheme: 'light',
      background: request.iframe?.dim === false ? 'transparent' : 'rgb(15 23 42 / 45%)',
    });
    const before = document.activeElement;
    const { overflow } = document.body.style;
    const done = new AbortController();
    frame.src = windowUrl.href;
    document.body.append(frame);
    document.body.style.overflow = 'hidden';
    frame.focus();
    try {
      return await converse(/** @type {Window} */ (frame.contentWindow), kind, request, done.signal);
    } finally {
      done.abort();
      frame.remove();
      document.body.style.overflow = overflow;
      if (before instanceof HTMLElement) before.focus();
    }
  }

  /**
   * @param {Kind} kind
   * @param {Opening & Record<string, unknown>} request
   * @returns {Promise<Outcome>}
   */
  async function inPopup(kind, request) {
    const { width, height } = POPUP_SIZE;
    const centred = `,left=${screenX + (outerWidth - width) / 2},top=${screenY + (outerHeight - height) / 2}`;
    const features = `popup,width=${width},height=${height}${request.popup?.center ? centred : ''}`;
    const popup = open(windowUrl.href, '_blank', features);
    if (!popup) throw problem(kind, 'The browser blocked the pop-up: ask for it where a person clicks.');
    const done = new AbortController();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let look;
    /** @type {Promise<Outcome>} */
    const closed = new Promise((resolve) => {
      look = setInterval(() => {
        if (popup.closed) resolve({ answer: { ...closedBy(kind, request) }, started: true });
      }, POPUP_LOOK_MS);
    });
    try {
      return await Promise.race([converse(popup, kind, request, done.signal), closed]);
    } finally {
      clearInterval(look);
      done.abort();
      popup.close();
    }
  }

  /**
   * A person closed the pop-up itself, which then could not answer any more.
   *
   * @param {Kind} kind
   * @param {Record<string, unknown>} request
   */
  function closedBy({ transactionType }, { paymentId, identityVerificationId }) {
    return {
      transactionType,
      ...(typeof paymentId === 'string' && { paymentId, txId: '' }),
      ...(typeof identityVerificationId === 'string' && { identityVerificationId, identityVerificationTxId: '' }),
      code: 'FAILURE_TYPE_PG',
      message: '사용자가 창을 닫았습니다.',
      pgCode: 'PAY_PROCESS_CANCELED',
      pgMessage: '사용자가 창을 닫았습니다.',
    };
  }

  /** @param {string} name */
  const missing = (name) => () => Promise.reject(new Error(`[PortOne sandbox] ${name} is not in the sandbox.`));

  window.PortOne = Object.freeze({
    /** @param {import('@portone/browser-sdk/v2').PaymentRequest} request */
    requestPayment: (request) =>
      /** @type {Promise<import('@portone/browser-sdk/v2').PaymentResponse>} */ (ask(PAYMENT, request)),
    /** @param {import('@portone/browser-sdk/v2').IdentityVerificationRequest} request */
    requestIdentityVerification: (request) =>
      /** @type {Promise<import('@portone/browser-sdk/v2').IdentityVerificationResponse>} */ (
        ask(IDENTITY_VERIFICATION, request)
      ),
    /** @param {import('@portone/browser-sdk/v2').IssueBillingKeyRequest} request */
    requestIssueBillingKey: (request) =>
      /** @type {Promise<import('@portone/browser-sdk/v2').IssueBillingKeyResponse>} */ (
        ask(ISSUE_BILLING_KEY, request)
      ),
    /** @param {import('@portone/browser-sdk/v2').IssueBillingKeyAndPayRequest} request */
    requestIssueBillingKeyAndPay: (request) =>
      /** @type {Promise<import('@portone/browser-sdk/v2').IssueBillingKeyAndPayResponse>} */ (
        ask(ISSUE_BILLING_KEY_AND_PAY, request)
      ),
    loadPaymentUI: missing('loadPaymentUI'),
    loadIssueBillingKeyUI: missing('loadIssueBillingKeyUI'),
    updateLoadPaymentUIRequest: missing('updateLoadPaymentUIRequest'),
    updateLoadIssueBillingKeyUIRequest: missing('updateLoadIssueBillingKeyUIRequest'),
  });
})();
