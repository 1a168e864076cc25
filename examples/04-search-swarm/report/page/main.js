import { SearchRun } from './decode.js';
import { Player } from './player.js';

const data = document.getElementById('data')?.textContent ?? '';
new Player(new SearchRun(JSON.parse(data)));
