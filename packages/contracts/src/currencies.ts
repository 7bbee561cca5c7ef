/** Minor units of ISO 4217 per major unit, as a power of ten, where it is not 2. */
const EXPONENTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...Object.fromEntries('CLF UYW'.split(' ').map((code) => [code, 4])),
};

/** The codes of ISO 4217 in which amounts have a minor unit: no metals, no bond units, no codes for tests. */
export const currencies: readonly string[] = [
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF',
  'CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP',
  'GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT',
  'LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR',
  'NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN',
  'SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD',
  'XAF XCD XCG XOF XPF YER ZAR ZMW ZWG',
].flatMap((line) => line.split(' '));

const known = new Set(currencies);

export const isCurrency = (code: string): boolean => known.has(code);

/** Digits behind the point of an amount: 2 of EUR, 0 of JPY, 3 of BHD. */
export const exponentOf = (currency: string): number => EXPONENTS[currency] ?? 2;

/** An amount in minor units as a number in major units: `1234` of EUR as `12.34`, of JPY as `1234`, of BHD as `1.234`. */
export const majorUnits = (minor: number, currency: string): string => {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const part = exponent === 0 ? '' : `.${digits.slice(digits.length - exponent)}`;
  return `${minor < 0 ? '-' : ''}${whole}${part}`;
};

/**
 * A number in major units as an amount in minor units, without floating point; undefined for anything else, and for decimals
 * that the currency does not have.
 */
export const minorUnits = (major: string, currency: string): number | undefined => {
  const [, minus, whole, decimals = ''] = /^(-?)(\d{1,12})(?:\.(\d+?)0*)?$/.exec(major) ?? [];
  const exponent = exponentOf(currency);
  const part = exponent === 0 && decimals === '0' ? '' : decimals;
  if (whole === undefined || part.length > exponent) return undefined;
  const minor = Number(whole + part.padEnd(exponent, '0'));
  return minus === '-' ? 0 - minor : minor;
};
