// Defines the element <tab-pc>; the one script a page needs.
import { TabPc } from './element.ts';

if (!customElements.get('tab-pc')) customElements.define('tab-pc', TabPc);

declare global {
    interface HTMLElementTagNameMap {
        'tab-pc': TabPc;
    }
}

export { TabPc };
