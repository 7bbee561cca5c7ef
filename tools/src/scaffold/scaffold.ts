import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  checkKebab,
  checkWord,
  fromTemplate,
  insertBefore,
  namesOf,
  namesOfService,
  usageError,
  type Plan,
} from './plan';

const VALUES = 'charts/bankside/values.yaml';
const CONTRACTS = 'packages/contracts/src/contracts.ts';

/** Names of processes and folders that a service, a saga or a package has already. */
const TAKEN = ['postgres', 'redis', 'temporal', 'ferretdb', 'tools', 'gadget', 'gadgets'];

const checkFree = (root: string, kind: string, name: string): void => {
  const folders = ['services', 'workflows', 'packages'].map((parent) => `${parent}/${name}`);
  const folder = folders.find((one) => existsSync(join(root, one)));
  if (folder !== undefined)
    throw usageError(`${folder} exists already: choose another name for the ${kind}.`);
  const { services } = parse(readFileSync(join(root, VALUES), 'utf8')) as { services: object };
  if (TAKEN.includes(name) || Object.hasOwn(services, name))
    throw usageError(`The name ${name} is taken: choose another for the ${kind}.`);
};

const manifest = (root: string, from: string, name: string): string =>
  readFileSync(join(root, from, 'package.json'), 'utf8').replace(
    /"@bankside\/[\w-]+"/,
    `"@bankside/${name}"`,
  );

/** Lets the projection subscribe to a service, and the gateway make the calls that every service offers. */
const letOthersUse = (name: string, yaml: string): string => {
  const subscriptions = /(\n  projection:[^]*?\n    subscribes: \[[^\]]*)\]/;
  const calls = /(\n  gateway:[^]*?\n    calls:\n)/;
  for (const place of [subscriptions, calls]) if (!place.test(yaml)) throw new Error(`${place} is not found`);
  return yaml
    .replace(subscriptions, (_, before: string) => `${before}, ${name}]`)
    .replace(calls, (_, before: string) => `${before}      ${name}: [history, consumers, faults]\n`);
};

const servicePlan = (root: string, name: string): Plan => {
  checkWord('service', name);
  checkFree(root, 'service', name);
  const names = namesOfService(name);
  const { 'contract.ts': contract = '', ...template } = fromTemplate(root, 'service', names);
  const own = Object.entries(template).map(([file, text]) => [
    `services/${name}/${file}`,
    text.replaceAll(/'(\.\.\/)+contract'/g, "'@bankside/contracts'"),
  ]);
  const block = `  ${name}: # Describe here what the service does.\n    database: true\n    eventSourced: true\n`;
  return {
    files: {
      ...Object.fromEntries(own),
      [`services/${name}/package.json`]: manifest(root, 'services/payments', name),
      [`packages/contracts/src/${name}.ts`]: contract.replaceAll('../../../packages/contracts/src/', './'),
    },
    edits: [
      {
        file: CONTRACTS,
        what: `the events of ${name}`,
        apply: (text) =>
          `import { ${name}Events } from './${name}';\n${insertBefore(text, /^};$/m, `  ${name}: ${name}Events,\n`)}`,
      },
      {
        file: 'packages/contracts/src/index.ts',
        what: 'the export of its contract',
        apply: (text) => `${text}export * from './${name}';\n`,
      },
      {
        file: VALUES,
        what: `the service ${name}, which projection reads and gateway calls`,
        apply: (text) => letOthersUse(name, insertBefore(text, /^  projection:/m, block)),
      },
    ],
    next: [
      'npm install                    # links the new workspace',
      'npm run contracts              # writes the JSON Schema of its events',
      'npm run k8s                    # renders the manifests and skaffold.yaml',
      `npx jest --selectProjects unit --testPathPatterns services/${name}`,
      `npm start -- ${name}${' '.repeat(Math.max(1, 18 - name.length))}# runs the service alone`,
      `Write its rules in services/${name}/src/domain/${names.kebab}.ts (docs/how-to/add-a-service.md).`,
    ],
  };
};

const viewPlan = (root: string, name: string): Plan => {
  checkKebab('view', name);
  const names = namesOf(name);
  const folder = 'services/projection/src/views';
  const template = Object.entries(fromTemplate(root, 'view', names));
  return {
    files: Object.fromEntries(template.map(([file, text]) => [`${folder}/${file}`, text])),
    edits: [],
    next: [
      'npm run views                  # adds it to the list of views, with the digest of its documents',
      `npx jest --selectProjects unit --testPathPatterns ${folder}/${name}`,
      `Write what it shows in ${folder}/${name}.ts (docs/how-to/add-a-view.md).`,
    ],
  };
};

const sagaPlan = (root: string, name: string): Plan => {
  checkKebab('saga', name);
  checkFree(root, 'saga', name);
  const { camel } = namesOf(name);
  const { 'contract.ts': contract = '', ...template } = fromTemplate(root, 'saga', namesOf(name));
  const own = Object.entries(template).map(([file, text]) => [
    `workflows/${name}/${file}`,
    text.replaceAll(/'(\.\.\/)+contract'/g, "'@bankside/contracts/sagas'"),
  ]);
  return {
    files: {
      ...Object.fromEntries(own),
      [`workflows/${name}/package.json`]: sagaManifest(root, name),
      [`packages/contracts/src/sagas/${name}.ts`]: contract
        .replaceAll('../../../packages/contracts/src/sagas/', './')
        .replaceAll('../../../packages/contracts/src/', '../'),
    },
    edits: [
      {
        file: 'workflows/worker/src/workflows.ts',
        what: 'the workflow and its activities',
        apply: (text) => `${text}export { ${camel}, ${camel}Activities } from '@bankside/${name}';\n`,
      },
      {
        file: 'packages/contracts/src/sagas/index.ts',
        what: 'the export of its contract',
        apply: (text) => `${text}export * from './${name}';\n`,
      },
    ],
    next: [
      'npm install                    # links the new workspace',
      `npx jest --selectProjects unit --testPathPatterns workflows/${name}`,
      `Write its input in packages/contracts/src/sagas/${name}.ts, its steps in workflows/${name}/src/workflow.ts`,
      `and their requests in activities.ts.`,
      `Add these requests to worker.systemCalls in ${VALUES}, then run npm run k8s.`,
      `Describe its requests and crashes in testing/index.ts, and test it (docs/how-to/add-a-saga.md).`,
      `Start it: sagaStart(${camel}Saga, input) of @bankside/saga/client.`,
    ],
  };
};

/** The dependencies of another saga, and the entry points that the template has. */
const sagaManifest = (root: string, name: string): string => {
  const { devDependencies: _, ...like } = JSON.parse(manifest(root, 'workflows/pay-card', name)) as Record<
    string,
    unknown
  >;
  const exports = { '.': './src/index.ts', './testing': './testing/index.ts' };
  return `${JSON.stringify({ ...like, exports }, undefined, 2)}\n`;
};

const plans: Readonly<Record<string, (root: string, name: string) => Plan>> = {
  service: servicePlan,
  view: viewPlan,
  saga: sagaPlan,
};

export const KINDS = Object.keys(plans);

/** What `npm run new -- <kind> <name>` would write. @throws PreflightError when the name is invalid or taken */
export const planOf = (root: string, kind: string, name: string): Plan => {
  const plan = Object.hasOwn(plans, kind) ? plans[kind] : undefined;
  if (plan === undefined || name === '')
    throw usageError(
      `Usage: npm run new -- ${KINDS.join('|')} <name>, for example npm run new -- service loyalty.`,
    );
  return plan(root, name);
};
