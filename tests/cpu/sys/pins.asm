; INTR and NMI: when they are taken, STI's shadow, HLT, NMI blocking until IRET. A write to port 120 raises INTR (vector 20h)
; until it is acknowledged, one to port 121 is an NMI.
%include "kit.inc"
align 4
intr_eip: dd 0
nmi_eip: dd 0
nmis: dd 0
%macro set_gate 3
    mov dword [idt + (%1) * 8], (FLAT_CODE << 16) | ((%2) & 0xffff)
    mov dword [idt + (%1) * 8 + 4], ((%2) & 0xffff0000) | ((%3) << 8)
%endmacro
bits 16
start:
    call enter_protected_mode
bits 32
    set_gate 0x20, at(on_intr), 0x8e
    set_gate 2, at(on_nmi), 0x8e
    mov dx, 0x120
    mov al, 1
    out dx, al
    nop
    sti
    nop                             ; in STI's shadow
.after_sti:
    nop
    same "behind STI and one more", dword [intr_eip], .after_sti
    cli
    out dx, al
    sti
    cli                             ; CLI in the shadow: nothing gets through
    nop
    nop
    same "STI CLI", dword [intr_eip], .after_sti
    push dword 2 | EF_IF
    popfd                           ; POPF has no shadow
.after_popf:
    nop
    same "POPF", dword [intr_eip], .after_popf
    sti
    nop
    out dx, al
.after_out:
    nop
    same "at once", dword [intr_eip], .after_out
    cli
    out dx, al
    sti
    hlt                             ; in the shadow; the interrupt ends it
.after_hlt:
    same "HLT", dword [intr_eip], .after_hlt
    cli
    ; NMI
    mov dx, 0x121
    out dx, al
.after_nmi:
    same "NMI with IF clear", dword [nmi_eip], .after_nmi
    same "the second one waits for IRET", dword [nmis], 2
    out dx, al
    same "and IRET lets the next one in", dword [nmis], 3
    done
on_intr:
    push eax
    mov eax, [esp + 4]
    mov [intr_eip], eax
    pop eax
    iret
on_nmi:
    push eax
    mov eax, [nmis]
    inc dword [nmis]
    test eax, eax
    jnz .second
    mov eax, [esp + 4]
    mov [nmi_eip], eax
    push edx
    mov dx, 0x121
    out dx, al                      ; NMI in NMI: held
    pop edx
    cmp dword [nmis], 1
    je .second
    say {"NMI was not blocked", 10}
.second:
    pop eax
    iret
