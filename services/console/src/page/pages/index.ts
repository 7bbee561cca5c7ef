import type { PageEntry } from '../page-props';
import { customerPages } from './customer';
import { operatorPages } from './operator';
import { tellerPages } from './teller';

export const pages: readonly PageEntry[] = [...customerPages, ...tellerPages, ...operatorPages];
