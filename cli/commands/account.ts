import { Command } from '@commander-js/extra-typings';
import type { Context } from '../command-line/context.ts';
import { accountAddCommand, accountRotateCommand } from './account-keys.ts';
import { accountRemoveCommand } from './account-remove.ts';
import { accountKeysCommand, accountListCommand, accountShowCommand } from './account-show.ts';

/** `account`: everything about one account of a stage. */
export function accountCommand(context: Context) {
  return new Command('account')
    .description('adds, shows, rotates and removes accounts and their keys')
    .addCommand(accountListCommand(context))
    .addCommand(accountShowCommand(context))
    .addCommand(accountKeysCommand(context))
    .addCommand(accountAddCommand(context))
    .addCommand(accountRotateCommand(context))
    .addCommand(accountRemoveCommand(context));
}
