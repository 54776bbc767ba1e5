; Hardware task switches: JMP, CALL, IRET, gates and interrupts, 16- and 32-bit TSSs, a V86 task, the checks of the TSS
; descriptor, faults that belong to the new task, the T bit.
%macro extra_descriptors 0
entry TASK_A
    descriptor at(tss_a), 0x67, 0x89, 0
entry TASK_B
    descriptor at(tss_b), 0x67, 0x89, 0
entry TASK_16
    descriptor at(tss_16), 0x2b, 0x81, 0
entry ABSENT_TSS
    descriptor at(tss_a), 0x67, 0x09, 0
entry SHORT_TSS
    descriptor at(tss_a), 0x66, 0x89, 0
entry SHORT_TSS16
    descriptor at(tss_16), 0x2a, 0x81, 0
entry GATE_A
    gate TASK_A, 0, 0xe5, 0
entry GATE_LOCAL
    gate LOCAL_DATA, 0, 0xe5, 0
entry GATE_BUSY
    gate MAIN_TSS, 0, 0xe5, 0
entry ABSENT_GATE
    gate TASK_A, 0, 0x65, 0
entry ABSENT_DATA
    descriptor 0, 0xfffff, 0x12, 0xc
%endmacro
%include "kit.inc"

align 16
tss_a: times 26 dd 0
tss_b: times 26 dd 0
tss_16: times 22 dw 0
stack_a equ 0x27000

; The fields of a 32-bit TSS.
LINK equ 0
T_EIP equ 0x20
T_EFLAGS equ 0x24
T_EAX equ 0x28
T_ESP equ 0x38
T_EDI equ 0x44
T_ES equ 0x48
T_CS equ 0x4c
T_SS equ 0x50
T_DS equ 0x54
T_FS equ 0x58
T_GS equ 0x5c
T_LDT equ 0x60
T_TRAP equ 0x64

; A CPL 0 task that starts at %2.
%macro prepare 2
    mov dword [%1 + T_EIP], %2
    mov dword [%1 + T_EFLAGS], 2
    mov dword [%1 + T_ESP], stack_a
    mov dword [%1 + T_CS], FLAT_CODE
    mov dword [%1 + T_SS], FLAT_DATA
    mov dword [%1 + T_DS], FLAT_DATA
    mov dword [%1 + T_ES], FLAT_DATA
    mov dword [%1 + T_FS], 0
    mov dword [%1 + T_GS], 0
    mov dword [%1 + T_LDT], LDT_SELECTOR
    mov dword [%1 + T_TRAP], 0
%endmacro
%macro busy 3                           ; name, descriptor, 1 or 0
    movzx eax, byte [gdt + %2 + 5]
    shr eax, 1
    and eax, 1
    same %1, eax, %3
%endmacro
%macro task_register 1
    str eax
    same "TR", eax, %1
%endmacro
%macro nt 1
    pushfd
    pop eax
    and eax, EF_NT
    same "NT", eax, %1
%endmacro

bits 16
start:
    call enter_protected_mode
bits 32

; ---- what is no task
    faults NP, ABSENT_TSS, jmp ABSENT_TSS:0
    faults TS, SHORT_TSS, jmp SHORT_TSS:0
    faults TS, SHORT_TSS16, call SHORT_TSS16:0
    faults GP, MAIN_TSS, jmp MAIN_TSS:0
    faults GP, TASK_A, jmp (TASK_A | 3):0
    faults GP, LOCAL_DATA, jmp GATE_LOCAL:0
    faults GP, MAIN_TSS, call GATE_BUSY:0
    faults NP, ABSENT_GATE, call ABSENT_GATE:0
    ring3_faults GP, TASK_A, jmp TASK_A:0
    push dword EF_NT | 2
    popfd
    faults TS, 0, iret                  ; the back link is null
    push dword 2
    popfd

; ---- JMP: the old task is free, there is no link
    prepare tss_a, in_a
    mov dword [tss_a + LINK], 0x1234
    mov dword [tss_a + T_EAX], 0xaaaaaaaa
    mov dword [tss_a + T_EDI], 0xbbbbbbbb
    mov word [tss_a + T_GS], LOCAL_DATA
    mov eax, 0x11111111
    mov edi, 0x22222222
    mov dx, FLAT_DATA
    mov fs, dx
    stc
    jmp TASK_A:0xdead
resumed:
    mov edx, eax
    same "EDI came back", edi, 0x22222222
    same "EAX came back", edx, 0x11111111
    task_register MAIN_TSS
    busy "A left by JMP", TASK_A, 0
    jmp jumps_done
in_a:
    same "EAX", eax, 0xaaaaaaaa
    same "EDI", edi, 0xbbbbbbbb
    same "ESP", esp, stack_a
    mov eax, gs
    same "GS", eax, LOCAL_DATA
    task_register TASK_A
    busy "A", TASK_A, 1
    busy "main", MAIN_TSS, 0
    nt 0
    same "no link", dword [tss_a + LINK], 0x1234
    same "EIP saved", dword [main_tss + T_EIP], resumed
    mov eax, [main_tss + T_EFLAGS]
    and eax, EF_CF
    same "EFLAGS saved", eax, EF_CF
    mov ax, [main_tss + T_FS]
    movzx eax, ax
    same "FS saved", eax, FLAT_DATA
    mov eax, cr0
    and eax, 8
    same "CR0.TS", eax, 8
    clts
    jmp MAIN_TSS:0
jumps_done:

; ---- CALL and IRET: nested
    prepare tss_a, called_a
    mov ecx, esp
    call TASK_A:0
    task_register MAIN_TSS
    busy "A left by IRET", TASK_A, 0
    busy "main", MAIN_TSS, 1
    nt 0
    mov eax, [tss_a + T_EFLAGS]
    and eax, EF_NT
    same "NT is clear in the task that ended", eax, 0
    same "resumes behind IRET", dword [tss_a + T_EIP], called_a.again
    sub ecx, esp
    same "CALL of a task pushes nothing", ecx, 0
    call GATE_A:0                       ; goes on there
    jmp calls_done
called_a:
    nt EF_NT
    movzx eax, word [tss_a + LINK]
    same "link", eax, MAIN_TSS
    busy "A", TASK_A, 1
    busy "main", MAIN_TSS, 1
    iret
.again:
    nt EF_NT
    iret
calls_done:

; ---- a 16-bit task
    mov word [tss_16 + 0x0e], in_16 - BASE
    mov word [tss_16 + 0x10], 2
    mov word [tss_16 + 0x12], 0x1616
    mov word [tss_16 + 0x1a], 0x8000
    mov word [tss_16 + 0x22], FLAT_DATA
    mov word [tss_16 + 0x24], CODE16
    mov word [tss_16 + 0x26], FLAT_DATA
    mov word [tss_16 + 0x28], FLAT_DATA
    mov word [tss_16 + 0x2a], 0
    call TASK_16:0
    same "AX of the 16-bit task", dword [from_16], 0x1616
    same "its link", dword [from_16 + 4], MAIN_TSS
    jmp short_done
bits 16
in_16:
    movzx eax, ax
    a32 mov [dword from_16], eax
    a32 movzx eax, word [dword tss_16]
    a32 mov [dword from_16 + 4], eax
    iret
bits 32
from_16: dd 0, 0
short_done:

; ---- an interrupt through a task gate, with an error code
    prepare tss_a, gp_task
    mov dword [idt + GP * 8], TASK_A << 16
    mov dword [idt + GP * 8 + 4], 0x8500
    mov ax, 0x7f8
    mov ds, ax                          ; #GP(7f8)
faulted_at equ $ - 2
    same "the handler skipped it", dword [gp_error], 0x7f8
    mov dword [idt + GP * 8], (FLAT_CODE << 16) | (at(stub_13) & 0xffff)
    mov dword [idt + GP * 8 + 4], 0x8e00 | (at(stub_13) & 0xffff0000)
    jmp gate_done
gp_error: dd 0
gp_task:
    pop dword [gp_error]
    add dword [main_tss + T_EIP], 2
    and dword [main_tss + T_EFLAGS], ~EF_RF
    iret
gate_done:

; ---- faults of the new task, A: it has its selectors in place, and EIP at its first instruction. Only another task can
; look at it, B.
%macro new_task_faults 3                ; VECTOR, ERROR, name
    prepare tss_b, %%handler
    push dword [idt + %1 * 8]
    push dword [idt + %1 * 8 + 4]
    mov dword [idt + %1 * 8], TASK_B << 16
    mov dword [idt + %1 * 8 + 4], 0x8500
    jmp TASK_A:0
    jmp %%back
%%handler:
%if %2 != NOERR
    pop dword [got_error]
    same {%3, ": error"}, dword [got_error], %2
%endif
    same {%3, ": ESP"}, esp, stack_a
    same {%3, ": EIP"}, dword [tss_a + T_EIP], never
    movzx eax, word [tss_b + LINK]
    same {%3, ": link"}, eax, TASK_A
    and byte [gdt + TASK_A + 5], ~2 & 0xff
    inc dword [handled]
    jmp MAIN_TSS:0
%%back:
    pop dword [idt + %1 * 8 + 4]
    pop dword [idt + %1 * 8]
    prepare tss_a, never
%endmacro
    prepare tss_a, never
    mov word [tss_a + T_LDT], FLAT_DATA
    new_task_faults TS, FLAT_DATA, "LDT of a wrong type"
    mov word [tss_a + T_SS], 0
    new_task_faults TS, 0, "null SS"
    mov word [tss_a + T_SS], ABSENT_DATA
    new_task_faults SS_, ABSENT_DATA, "absent SS"
    mov word [tss_a + T_DS], ABSENT_DATA
    new_task_faults NP, ABSENT_DATA, "absent DS"
    mov word [tss_a + T_DS], TASK_B
    new_task_faults TS, TASK_B, "DS of a wrong type"
    mov word [tss_a + T_TRAP], 1
    mov eax, 0
    mov dr6, eax
    new_task_faults DB_, NOERR, "T bit"
    same "faults handled", dword [handled], 6
    jmp faults_done
handled: dd 0
faults_done:
    mov eax, dr6
    and eax, 1 << 15
    same "DR6.BT", eax, 1 << 15

; ---- a V86 task
    prepare tss_a, in_v86 - BASE
    mov dword [tss_a + T_EFLAGS], 2 | EF_VM
    mov dword [tss_a + T_CS], BASE >> 4
    mov dword [tss_a + T_DS], BASE >> 4
    mov dword [tss_a + T_ES], 0x1234
    mov dword [tss_a + T_SS], V86_STACK >> 4
    mov dword [tss_a + T_LDT], 0
    mov dword [tss_a + 4], ring0_stack
    mov dword [tss_a + 8], FLAT_DATA
    mov dword [resume_eip], .after_v86
    mov [resume_esp], esp
    jmp TASK_A:0
.after_v86:
    same "V86 task ended by", dword [got_vector], UD
    same "CS", dword [got_cs], BASE >> 4
    same "ES in V86", ebx, 0x1234
    and dword [got_flags], EF_VM
    same "VM", dword [got_flags], EF_VM
    done

bits 16
in_v86:
    mov bx, es
    movzx ebx, bx
    ud2
bits 32
never:
    say {"the task ran", 10}
    done
