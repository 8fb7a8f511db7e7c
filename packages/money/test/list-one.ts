/**
 * List One of ISO 4217 as published on 2026-01-01, including Amendment 180: the codes by the number of digits of their
 * minor unit. A newer amendment changes this list and src/currency.ts, unless an upgrade of the library changes the latter.
 */
export const LIST_ONE: Record<string, string[]> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  2: [
    ...'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE'.split(
      ' ',
    ),
    ...'CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD'.split(
      ' ',
    ),
    ...'HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK'.split(
      ' ',
    ),
    ...'MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD'.split(
      ' ',
    ),
    ...'RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH'.split(
      ' ',
    ),
    ...'USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG'.split(' '),
  ],
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
  4: 'CLF UYW'.split(' '),
  'N.A.': 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '),
};
