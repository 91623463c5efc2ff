/** Called from every mobile phone in the world, whatever the country (3GPP TS 22.101, 10.1): nobody who needs help should have to know another. */
const EVERYWHERE = ['112', '911']

/**
 * Police, fire brigade and ambulance by country (ISO 3166-1 alpha-2), as in each country's numbering plan; what is called there besides 112 and
 * 911. A company adds what its own country or provider has more of.
 */
const NATIONAL: Readonly<Record<string, readonly string[]>> = {
  AL: ['126', '127', '128', '129'],
  AT: ['122', '133', '140', '144'],
  AU: ['000', '106'],
  BA: ['122', '123', '124'],
  BE: ['100', '101'],
  BG: ['150', '160', '166'],
  BR: ['190', '192', '193'],
  BY: ['101', '102', '103', '104'],
  CH: ['117', '118', '144', '1414'],
  CN: ['110', '119', '120'],
  CY: ['199'],
  CZ: ['150', '155', '156', '158'],
  DE: ['110'],
  DK: ['114'],
  EE: ['110'],
  ES: ['061', '062', '080', '091', '092'],
  FR: ['15', '17', '18', '114', '115', '119', '196'],
  GB: ['999'],
  GR: ['100', '108', '166', '199'],
  HR: ['192', '193', '194', '195'],
  HU: ['104', '105', '107'],
  IE: ['999'],
  IL: ['100', '101', '102'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118', '1530'],
  JP: ['110', '118', '119'],
  KR: ['119'],
  KZ: ['101', '102', '103', '104'],
  LT: ['01', '02', '03'],
  LV: ['110', '113'],
  MD: ['901', '902', '903'],
  ME: ['122', '123', '124'],
  MK: ['192', '193', '194'],
  NO: ['110', '113'],
  NZ: ['111'],
  PL: ['997', '998', '999'],
  RO: ['114'],
  RS: ['192', '193', '194'],
  RU: ['101', '102', '103', '104'],
  SI: ['113'],
  SK: ['150', '155', '158'],
  TR: ['110', '155', '156'],
  UA: ['101', '102', '103', '104'],
  XK: ['192', '193', '194'],
  ZA: ['10111', '10177'],
}

/** A number that a company adds: digits alone, and too few for a telephone number, so that no rule or limit is got round by it. */
export const EMERGENCY_NUMBER = /^\d{2,6}$/

/** What can be dialled in an emergency from a company in this country, in order; `own` are the numbers it added. */
export function emergencyNumbers(country: string | undefined, own: readonly string[] = []): string[] {
  const national = (country && NATIONAL[country.toUpperCase()]) || []
  return [...new Set([...EVERYWHERE, ...national, ...own.filter(number => EMERGENCY_NUMBER.test(number))])]
}

/** The emergency number that is meant by what somebody dialled (`112`, `+112`, `1 1 2`), or null. */
export function emergencyIn(numbers: readonly string[], dialled: string): string | null {
  const digits = dialled.replace(/[\s().-]/g, '').replace(/^\+/, '')
  return numbers.includes(digits) ? digits : null
}
