// What an installer's output means: a table from the codes that npm, pnpm and Node print to one sentence
// and a remedy. The first row that matches wins, so the particular stands before the general.

import { Trouble } from './trouble.mjs';
import { pinnedPnpm } from './workspace.mjs';

const rows = [
  {
    codes: ['ERR_PNPM_OUTDATED_LOCKFILE', 'ERR_PNPM_NO_LOCKFILE', 'ERR_PNPM_LOCKFILE_CONFIG_MISMATCH'],
    sentence: 'The dependencies were not installed: pnpm-lock.yaml does not match the package.json files.',
    remedy: `run \`npx ${pinnedPnpm} install --no-frozen-lockfile\`, look at what changed in pnpm-lock.yaml, and commit it.`,
  },
  {
    codes: ['ENOSPC'],
    sentence: 'The dependencies were not installed: the disk is full.',
    remedy: 'free about 500 MB, then run the same command again.',
  },
  {
    codes: ['EACCES', 'EPERM', 'EROFS'],
    sentence: 'The dependencies were not installed: a file or folder could not be written.',
    remedy:
      'make this folder and the npm cache (`npm config get cache`) yours to write, then run the same command again.',
  },
  {
    codes: [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_HAS_EXPIRED',
    ],
    sentence: 'The dependencies were not installed: the package registry’s certificate is not trusted here.',
    remedy:
      'set NODE_EXTRA_CA_CERTS to the file with your network’s certificate, then run the same command again.',
  },
  {
    codes: [
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ETIMEDOUT',
      'ERR_SOCKET_TIMEOUT',
      'UND_ERR_CONNECT_TIMEOUT',
      'ERR_PNPM_META_FETCH_FAIL',
      'ENOTCACHED',
      'ERR_PNPM_NO_OFFLINE_META',
      'ERR_PNPM_NO_OFFLINE_TARBALL',
    ],
    sentence: 'The dependencies were not installed: no package registry could be reached.',
    remedy:
      'check the network and its proxy, and the registry that `npm config get registry` names, then run the same command again.',
  },
  {
    codes: ['E401', 'E403', 'E407', 'E5\\d\\d', 'ERR_PNPM_FETCH_\\d+'],
    sentence: 'The dependencies were not installed: the package registry refused a request.',
    remedy:
      'read the refusal above, check the registry that `npm config get registry` names and your access to it, then run the same command again.',
    showOutput: true,
  },
];

/**
 * @param output    everything the installer printed
 * @param exitCode  what it ended with
 * @returns a Trouble; the installer's own words come along where the sentence alone does not suffice
 */
export function explainInstallFailure(output, exitCode) {
  for (const { codes, sentence, remedy, showOutput } of rows) {
    if (new RegExp(`\\b(${codes.join('|')})\\b`).test(output)) {
      return new Trouble(sentence, remedy, showOutput ? output : '');
    }
  }
  return new Trouble(
    `The dependencies were not installed: pnpm ended with exit code ${exitCode}.`,
    'read its messages above; if they do not help, delete the node_modules folder and run the same command again.',
    output,
  );
}
