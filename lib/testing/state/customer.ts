import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';

/** The customer of a payment or billing key, as PortOne shows what was sent as `CustomerInput`. */
export function readCustomer(input: Input | undefined): Sdk.Common.Customer {
  if (input === undefined) return {};
  return readCommon(input, input.optionalString('id'), readName(input.optionalObject('name')));
}

/** The same of the browser SDK's `Customer`. */
export function readBrowserCustomer(input: Input | undefined): Sdk.Common.Customer {
  if (input === undefined) return {};
  const [full, last, first] = ['fullName', 'lastName', 'firstName'].map((field) => input.optionalString(field));
  const separated = [last, first].filter((part) => part !== undefined).join(' ');
  return readCommon(input, input.optionalString('customerId'), full ?? (separated || undefined));
}

function readCommon(input: Input, id: string | undefined, name: string | undefined): Sdk.Common.Customer {
  const address = readAddress(input.optionalObject('address'));
  const gender = input.optionalChoice('gender', ['MALE', 'FEMALE', 'OTHER']);
  const customer: Sdk.Common.Customer = {
    ...(id && { id }),
    ...(name && { name }),
    ...(address && { address }),
    ...(gender && { gender }),
  };
  for (const field of ['birthYear', 'birthMonth', 'birthDay', 'email', 'phoneNumber', 'zipcode'] as const) {
    const value = input.optionalString(field);
    if (value !== undefined) customer[field] = value;
  }
  return customer;
}

function readName(name: Input | undefined): string | undefined {
  const separated = name?.optionalObject('separated');
  if (!separated) return name?.optionalString('full');
  const [last, first] = [separated.string('last'), separated.string('first')];
  // Korean names are written without a space, family name first.
  return /^[\uac00-\ud7a3]+$/.test(last + first) ? last + first : `${first} ${last}`;
}

export function readAddress(address: Input | undefined): Sdk.Common.SeparatedAddress | undefined {
  if (!address) return undefined;
  const lines = { addressLine1: address.string('addressLine1'), addressLine2: address.string('addressLine2') };
  const [city, province, country] = ['city', 'province', 'country'].map((field) => address.optionalString(field));
  return {
    type: 'SEPARATED',
    oneLine: [province, city, lines.addressLine1, lines.addressLine2].filter(Boolean).join(' '),
    ...lines,
    ...(city && { city }),
    ...(province && { province }),
    ...(country && { country }),
  };
}
