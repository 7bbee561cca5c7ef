import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A modal dialog, open for as long as it is rendered. Without `onClose` the user cannot dismiss it. */
export const Dialog = ({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose?: () => void;
  children: ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: what is typed right after the key that opens the dialog belongs to it.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={({ target }) => target === dialog.current && onClose?.()}
    >
      <div class="dialog-content">{children}</div>
    </dialog>
  );
};
