const teardown = async (): Promise<void> => {
  globalThis.e2eControl?.close();
  await globalThis.e2eSystem?.stop();
};

export default teardown;
