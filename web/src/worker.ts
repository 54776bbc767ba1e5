// The script a worker runs. On the page's own thread, where no worker can start, the element imports it and calls
// serve() itself.
import { serve } from './server.ts';
import type { Wire } from './protocol.ts';

export { serve };

if (typeof document === 'undefined' && typeof self !== 'undefined') serve(self as unknown as Wire);
