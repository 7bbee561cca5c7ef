import { randomUUID } from 'node:crypto';
import { sharedAddress, until } from '@bankside/tools';
import { Connection } from '@temporalio/client';
import { searchAttributes } from './protocol';
import { MissingSearchAttributes, registerSearchAttributes } from './worker';

/** Errors of gRPC as Temporal's client throws them. */
const grpcError = (code: number): Error =>
  Object.assign(new Error('denied'), { code, details: '', metadata: {} });

describe('registering search attributes', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
  });
  afterAll(() => connection.close());

  const newNamespace = async (): Promise<string> => {
    const namespace = `bank-${randomUUID()}`;
    const { workflowService } = connection;
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await until(() => workflowService.countWorkflowExecutions({ namespace, query: '' }), {
      what: 'the namespace',
      timeoutMs: 30_000,
    });
    return namespace;
  };
  /** The server for a client that may not manage it, as Temporal Cloud treats every client. */
  const denied = (code: number) => ({
    workflowService: connection.workflowService,
    operatorService: {
      listSearchAttributes: () => Promise.reject(grpcError(code)),
    } as unknown as Connection['operatorService'],
  });

  it.each([
    ['permission denied', 7],
    ['unimplemented', 12],
  ])('rejects with all that must be created when it is %s and none exists', async (_what, code) => {
    const namespace = await newNamespace();
    const failure = await registerSearchAttributes(denied(code), namespace).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MissingSearchAttributes);
    expect((failure as Error).message).toContain(`namespace ${namespace}`);
    for (const { name, type } of Object.values(searchAttributes))
      expect((failure as Error).message).toContain(`${name} (${type})`);
  });

  it('resolves and reports the denial when all exist', async () => {
    const namespace = await newNamespace();
    await registerSearchAttributes(connection, namespace);
    const onDenied = jest.fn();
    await until(
      async () => {
        onDenied.mockClear();
        await registerSearchAttributes(denied(7), namespace, onDenied);
      },
      { what: 'the search attributes', timeoutMs: 30_000 },
    );
    expect(onDenied).toHaveBeenCalledTimes(1);
  });
});
