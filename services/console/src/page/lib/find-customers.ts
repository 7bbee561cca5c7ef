import type { ResponseOf, Person } from './api-types';
import type { Api } from './api';
import { ApiProblem } from './problem';

const MOBILE_NUMBER = /^\+?\d{7,17}$/;

const byNumber = async (api: Pick<Api, 'get'>, mobileNumber: string): Promise<readonly Person[]> => {
  try {
    const { person } = await api.get<ResponseOf<'findSummary'>>(
      `/api/summary?mobileNumber=${encodeURIComponent(mobileNumber)}`,
    );
    return person.data === undefined ? [] : [person.data];
  } catch (error) {
    // 400: it has digits, but is no mobile number.
    if (error instanceof ApiProblem && [400, 404].includes(error.body.status)) return [];
    throw error;
  }
};

/** The digits of a text that is typed as a mobile number. */
const digitsOf = (text: string): string => text.replaceAll(/[\s\p{Pd}./()]/gu, '');

export const isMobileNumber = (text: string): boolean => MOBILE_NUMBER.test(digitsOf(text));

/** Finds customers by the beginning of a name, or by mobile number. @throws ApiProblem */
export const findCustomers = async (api: Pick<Api, 'get'>, text: string): Promise<readonly Person[]> => {
  if (isMobileNumber(text)) return byNumber(api, digitsOf(text));
  const { customers } = await api.get<ResponseOf<'searchCustomers'>>(
    `/api/customers?limit=25&name=${encodeURIComponent(text)}`,
  );
  return customers;
};
