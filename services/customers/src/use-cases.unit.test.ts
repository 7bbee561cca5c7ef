import { commandHandler, memoryStore } from '@bankside/kernel';
import { customer } from './domain/customer';
import { changeDetails } from './use-cases';

const person = {
  customerId: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  mobileNumber: '+40712345678',
};
const details = { name: 'Augusta Ada King', email: 'king@example.com' };
const context = (commandId: string, expectedRevision?: number) => ({
  commandId,
  fingerprint: commandId,
  at: '2026-01-01T00:00:00.000Z',
  ...(expectedRevision !== undefined && { expectedRevisions: [expectedRevision] }),
});

const start = async () => {
  const customers = commandHandler(customer, memoryStore());
  await customers.handle('ada', { type: 'RegisterCustomer', data: person }, context('register'));
  return { customers, change: changeDetails(customers) };
};

describe('changing name and e-mail address', () => {
  it('changes both', async () => {
    const { customers, change } = await start();
    expect(await change('ada', details, context('1'))).toMatchObject({ status: 'accepted', revision: 3 });
    expect((await customers.load('ada')).state).toMatchObject(details);
  });
  it('changes the e-mail address even if the name is the same', async () => {
    const { customers, change } = await start();
    const outcome = await change('ada', { ...details, name: person.name }, context('1'));
    expect(outcome).toMatchObject({ status: 'accepted', revision: 2 });
    expect((await customers.load('ada')).state).toMatchObject({ name: person.name, email: details.email });
  });
  it('binds both changes to the revision before them', async () => {
    const { change } = await start();
    expect(await change('ada', details, context('1', 1))).toMatchObject({ status: 'accepted', revision: 3 });
    expect(await change('ada', { name: 'Ada Byron' }, context('2', 1))).toMatchObject({
      status: 'revision-differs',
      revision: 3,
    });
  });
  it('changes nothing if the revision differs', async () => {
    const { customers, change } = await start();
    expect(await change('ada', details, context('1', 9))).toMatchObject({ status: 'revision-differs' });
    expect((await customers.load('ada')).state).toMatchObject(person);
  });
  it('returns the same outcome to a repeat', async () => {
    const { change } = await start();
    const first = await change('ada', details, context('1'));
    expect(await change('ada', details, context('1'))).toEqual({ ...first, repeated: true });
  });
  it('detects a command id that was used for a different request', async () => {
    const { change } = await start();
    await change('ada', details, context('1'));
    const other = { ...context('1'), fingerprint: 'other' };
    expect(await change('ada', { email: 'b@example.com' }, other)).toEqual({ status: 'id-reused' });
  });
});
