import * as z from 'zod';
import { isVisible } from './text';

const MAX_OCTETS = 254;
const MAX_LOCAL_OCTETS = 64;
/** Limits of DNS, in the form of `xn--…`. */
const MAX_DOMAIN = 253;
const MAX_LABEL = 63;

/** Letters and digits of any script and the marks that RFC 5322 allows outside of quotes; dots stand between others. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const LABEL = /^[\p{L}\p{N}](?:(?:[\p{L}\p{M}\p{N}-]|\u200c|\u200d)*[\p{L}\p{M}\p{N}])?$/u;

const octets = (value: string): number => new TextEncoder().encode(value).length;

/** The domain as DNS looks it up (`xn--…`); undefined when it is none. */
const asciiDomain = (domain: string): string | undefined => {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return undefined;
  }
};

/** NFC, and the domain in lower case. The local part keeps its case, because its host alone may ignore it. */
const normalizedEmail = (value: string): string => {
  const composed = value.normalize('NFC').trim();
  const at = composed.lastIndexOf('@');
  return at === -1 ? composed : composed.slice(0, at) + composed.slice(at).toLowerCase().normalize('NFC');
};

const localFault = (local: string): string | undefined => {
  if (octets(local) > MAX_LOCAL_OCTETS) return `must have at most ${MAX_LOCAL_OCTETS} bytes before the @`;
  return LOCAL.test(local) && isVisible(local)
    ? undefined
    : "must have letters, digits, single dots or !#$%&'*+/=?^_`{|}~- before the @";
};

/** Whether DNS can hold the domain. Its last label is no number, which would make it an address of a host. */
const isDomain = (domain: string): boolean => {
  const labels = domain.split('.');
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || !isVisible(domain)) return false;
  const ascii = asciiDomain(domain) ?? '';
  const known = ascii.split('.');
  const fits = ascii.length <= MAX_DOMAIN && known.every(({ length }) => length <= MAX_LABEL);
  return fits && known.length === labels.length && !/^\d+$/.test(known.at(-1)!);
};

/** The first reason for which a normalized text is no address; undefined for an address. */
const emailFault = (value: string): string | undefined => {
  const at = value.lastIndexOf('@');
  if (at < 1 || at === value.length - 1) return 'must be an e-mail address, such as ada@example.com';
  if (octets(value) > MAX_OCTETS) return `must be at most ${MAX_OCTETS} bytes as UTF-8`;
  const domainFault = isDomain(value.slice(at + 1))
    ? undefined
    : 'must have a domain such as example.com behind the @';
  return localFault(value.slice(0, at)) ?? domainFault;
};

/** An internationalized e-mail address (RFC 6531): UTF-8 before the @, an IDN behind it. */
export const emailAddress = () =>
  z
    .string()
    .overwrite(normalizedEmail)
    .superRefine((value, context) => {
      const message = emailFault(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({ format: 'idn-email', maxLength: MAX_OCTETS });
