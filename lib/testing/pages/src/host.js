// The way to and from the shop's page: around this one (iframe), behind it (pop-up) or before and after it (redirect).
const FRAMED = window.parent !== window;

/** What the shop asks for, and the way to answer it. */
export function connect() {
  if (!FRAMED && location.hash.length > 1) return Promise.resolve(fromHash());
  const host = FRAMED ? window.parent : window.opener;
  return host ? fromHost(host) : Promise.resolve(undefined);
}

/** The browser SDK left the shop's page for this one, with all it needs to know behind the `#`. */
function fromHash() {
  document.documentElement.classList.add('alone');
  const { transactionType, request } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  const target = new URL(request.redirectUrl);
  // The link is anybody's input: a script's URL would run as this page.
  if (!/^https?:$/.test(target.protocol)) throw new Error('redirectUrl must be an http(s) URL.');
  const answer = (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) target.searchParams.set(name, value);
    }
    location.replace(target.href);
  };
  return { transactionType, request, answer, mode: 'redirect' };
}

/** The first page that answers with a request, from the window that opened this one, is the shop, and stays it. */
function fromHost(host) {
  if (!FRAMED) document.documentElement.classList.add('alone');
  return new Promise((resolve) => {
    const listen = ({ source, origin, data }) => {
      if (source !== host || data?.portone !== 'request') return;
      removeEventListener('message', listen);
      // A page from a file has no origin that could be named.
      const target = origin === 'null' ? '*' : origin;
      const { transactionType, request } = data;
      const answer = (fields, { started = true } = {}) =>
        host.postMessage({ portone: 'answer', answer: fields, started }, target);
      resolve({ transactionType, request, answer, mode: FRAMED ? 'iframe' : 'popup' });
    };
    addEventListener('message', listen);
    // To whom is not known yet; it says nothing.
    host.postMessage({ portone: 'ready' }, '*');
  });
}
