import { ServiceError, type WorkflowHandle } from '@temporalio/client';
import { sendDecision } from './client';

// The server drops an update only when a workflow task fails at the right moment, so a fake handle stands for it.

const decision = { key: 'k-1', action: 'abort', step: 'cancel', by: 'ann' } as const;

const grpcError = (code: number): ServiceError =>
  new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error('unexpected workflow task failure'), { code, details: '', metadata: {} }),
  });

/** A handle whose first updates fail with `errors`. */
const handleWith = (errors: Error[]) => {
  const executeUpdate = jest.fn(async () => {
    const error = errors.shift();
    if (error) throw error;
  });
  return { executeUpdate, handle: { executeUpdate } as unknown as WorkflowHandle };
};

describe('an operator’s decision', () => {
  it('is sent again under the same id after the server dropped it', async () => {
    const { handle, executeUpdate } = handleWith([grpcError(9), grpcError(9)]);
    await sendDecision(handle, 'update-1', decision);
    expect(executeUpdate.mock.calls).toEqual(
      Array.from({ length: 3 }, () => [
        expect.any(String),
        expect.objectContaining({ updateId: 'update-1', args: [decision] }),
      ]),
    );
  });

  it('is given up after five times', async () => {
    const { handle, executeUpdate } = handleWith(Array.from({ length: 9 }, () => grpcError(9)));
    await expect(sendDecision(handle, 'update-1', decision)).rejects.toThrow(ServiceError);
    expect(executeUpdate).toHaveBeenCalledTimes(5);
  });

  it.each([
    ['another error', new Error('no connection')],
    ['another code of gRPC', grpcError(14)],
  ])('is sent once when it fails with %s', async (_what, error) => {
    const { handle, executeUpdate } = handleWith([error]);
    await expect(sendDecision(handle, 'update-1', decision)).rejects.toBe(error);
    expect(executeUpdate).toHaveBeenCalledTimes(1);
  });
});
