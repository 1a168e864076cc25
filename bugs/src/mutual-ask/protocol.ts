import type { ActorRef, Ask } from '@skein/runtime';

export type Account = {
  transfer: { to: ActorRef<Account>; amount: number };
  receive: Ask<{ amount: number }, undefined>;
};
