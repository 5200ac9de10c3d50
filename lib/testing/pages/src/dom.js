/**
 * An element. Text is set as text, never as markup: what payments are called is anybody's input.
 *
 * @param {string} tag - with classes: `p.quiet`
 * @param {Record<string, unknown>} [properties] - `on…` are listeners, what has a hyphen is an attribute
 * @param {...(Node | string | number | false | undefined | null)} children
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key.includes('-') || key === 'role') element.setAttribute(key, String(value));
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== false && child !== undefined && child !== null).map(nodeOf));
  return element;
}

function nodeOf(child) {
  return child instanceof Node ? child : String(child);
}

export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`There is no #${id}.`);
  return element;
}

/** An amount in the currency's minor unit, as people write it. */
export function money(amount, currency, locale) {
  if (currency === 'KRW' && locale === 'ko-KR') return `${amount.toLocaleString(locale)}원`;
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
  } catch {
    return `${amount} ${currency}`; // A code that no table of currencies has.
  }
}
