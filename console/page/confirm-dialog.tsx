import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** What a person is asked before something is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isGrave: boolean;
  /** Asks for a sentence too, which the action gets. */
  readonly asksReason?: boolean;
  readonly run: (reason: string) => Promise<void>;
}

const question = signal<Question | undefined>(undefined);

/** Asks a person; what is confirmed is run. */
export function confirm(asked: Question): void {
  question.value = asked;
}

/** The one place where questions are asked; Escape and “Back” do nothing. */
export function ConfirmDialog() {
  const asked = question.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asked !== undefined && dialog.current?.open === false) dialog.current.showModal();
  }, [asked]);
  if (asked === undefined) return null;
  const close = () => {
    dialog.current?.close();
    question.value = undefined;
  };
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    close();
    void asked.run(typeof reason === 'string' ? reason.trim() : '');
  };
  return (
    <dialog ref={dialog} aria-labelledby="question-title" onClose={close}>
      <form onSubmit={submit}>
        <h2 id="question-title">{asked.title}</h2>
        <p>{asked.text}</p>
        {asked.asksReason === true && (
          <label>
            Reason, for whoever looks next
            <input name="reason" required maxLength={500} autocomplete="off" />
          </label>
        )}
        <div class="actions">
          <button type="button" onClick={close}>
            Back
          </button>
          <button type="submit" class={asked.isGrave ? 'grave' : 'main'}>
            {asked.action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
