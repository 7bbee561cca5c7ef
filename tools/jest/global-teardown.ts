import './global-setup';

const tearDown = async (): Promise<void> => {
  await globalThis.banksideBacking?.stop();
};

export default tearDown;
