; A triple fault: no exception can be delivered. Prints "before" and nothing more.
%include "kit.inc"
bits 16
start:
    call enter_protected_mode
bits 32
    say {"before", 10}
    lidt [no_idt]
    ud2
    say {"behind", 10}
    done
no_idt:
    dw 0
    dd 0
