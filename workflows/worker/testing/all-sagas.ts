import { RECORDER } from '@bankside/saga/client';
import type { SagaFixture } from '@bankside/saga/testing';
import * as sagas from '../src/workflows';

const packageOf = (workflowType: string): string =>
  `@bankside/${workflowType.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The fixtures of all sagas, from the packages that export the worker's workflows. */
export const fixtures = (): readonly SagaFixture[] =>
  Object.entries(sagas)
    .filter(([type, exported]) => typeof exported === 'function' && type !== RECORDER)
    .map(([type]) => (require(`${packageOf(type)}/testing`) as { fixture: SagaFixture }).fixture);
