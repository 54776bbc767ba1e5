; Control, debug and model-specific registers, CPUID, RDTSC, SYSENTER and SYSEXIT, descriptor table registers.
%macro extra_descriptors 0
entry sysenter_cs                   ; and what SYSENTER and SYSEXIT expect behind it
    descriptor 0, 0xfffff, 0x9a, 0xc
    descriptor 0, 0xfffff, 0x92, 0xc
    descriptor 0, 0xfffff, 0xfa, 0xc
    descriptor 0, 0xfffff, 0xf2, 0xc
%endmacro
%include "kit.inc"

bits 16
start:
    call enter_protected_mode
bits 32

; ---- CR0
    mov eax, cr0
    mov ebx, eax
    same "CR0 after entering protected mode", eax, 0x60000011
    mov eax, 0x80000010             ; PG without PE
    faults GP, 0, mov cr0, eax
    mov eax, 0x20000011             ; NW without CD
    faults GP, 0, mov cr0, eax
    mov eax, 0x11
    works mov cr0, eax
    mov eax, cr0
    same "CR0 cached", eax, 0x11
    mov ax, 0x1e
    lmsw ax                         ; sets MP EM TS; can not clear PE
    mov eax, cr0
    same "LMSW", eax, 0x1f
    smsw bx
    and ebx, 0xffff
    same "SMSW", ebx, 0x1f
    clts
    mov eax, cr0
    same "CLTS", eax, 0x17
    mov eax, 0x11
    mov cr0, eax
    ring3_faults GP, 0, lmsw ax
    ring3_faults GP, 0, clts
    ring3_faults GP, 0, mov cr3, eax
    faults UD, NOERR, mov cr1, eax
    faults UD, NOERR, mov eax, cr5

; ---- CR4
    mov eax, 0x80000000
    faults GP, 0, mov cr4, eax
    mov eax, 0x40                   ; MCE is not there
    faults GP, 0, mov cr4, eax
    mov eax, 4                      ; TSD
    works mov cr4, eax
    ring3_faults GP, 0, rdtsc
    works rdtsc
    xor eax, eax
    mov cr4, eax
    ring3_works rdtsc

; ---- CR3 and PAE: reserved bits of the PDPTEs are looked at when they are loaded
    mov dword [0x30000], 0x31001
    mov dword [0x30004], 0
    mov dword [0x30008], 0x32001 | 2        ; reserved
    mov dword [0x3000c], 0
    mov eax, 0x30000
    mov cr3, eax
    mov eax, 0x20
    mov cr4, eax
    mov eax, 0x80000011
    faults GP, 0, mov cr0, eax
    mov eax, cr0
    same "PG stays clear", eax, 0x11
    xor eax, eax
    mov cr4, eax

; ---- debug registers
    mov eax, 0x12345678
    mov dr0, eax
    xor eax, eax
    mov eax, dr0
    same "DR0", eax, 0x12345678
    mov eax, -1
    mov dr6, eax
    mov eax, dr4                    ; another name
    same "DR6", eax, 0xffffefff
    xor eax, eax
    mov dr7, eax
    mov eax, dr5
    same "DR7", eax, 0x400
    mov eax, 8
    mov cr4, eax                    ; DE
    faults UD, NOERR, mov eax, dr4
    faults UD, NOERR, mov dr5, eax
    xor eax, eax
    mov cr4, eax
    mov dr6, eax
    mov eax, 0x2400                 ; GD
    mov dr7, eax
    faults DB_, NOERR, mov eax, dr7
    mov eax, dr7                    ; the handler may: GD is clear
    same "GD is cleared", eax, 0x400
    mov eax, dr6
    same "DR6.BD", eax, 0xffff2ff0
    ring3_faults GP, 0, mov eax, dr7
    ring3_faults GP, 0, mov dr7, eax

; ---- breakpoints and single steps
    mov eax, break_here
    mov dr0, eax
    mov eax, 0x401
    mov dr7, eax
    xor eax, eax
    mov dr6, eax
    mov dword [resume_eip], broken
    mov [resume_esp], esp
    mov dword [got_vector], NOTHING
    nop
break_here:
    nop
    ud2
broken:
    same "breakpoint", dword [got_vector], DB_
    same "before it runs", dword [got_eip], break_here
    mov eax, dr6
    and eax, 0xf
    same "DR6.B0", eax, 1
    mov dword [resume_eip], .continued
    push dword 2 | EF_RF
    push dword FLAT_CODE
    push dword break_here
    iret
.continued:
    same "RF passes it", dword [got_vector], UD
    mov eax, 0x400
    mov dr7, eax
    xor eax, eax
    mov dr6, eax
    mov dword [resume_eip], .stepped
    pushfd
    or dword [esp], EF_TF
    popfd
    nop
.behind_nop:
    nop
    ud2
.stepped:
    same "single step", dword [got_vector], DB_
    same "behind the instruction after POPF", dword [got_eip], .behind_nop
    mov eax, dr6
    and eax, 0x4000
    same "DR6.BS", eax, 0x4000
    traps DB_, int1

; ---- MSRs
    mov ecx, 0x12345
    faults GP, 0, rdmsr
    faults GP, 0, wrmsr
    mov ecx, 0x277                  ; PAT
    xor edx, edx
    mov eax, 0x02                   ; no such type
    faults GP, 0, wrmsr
    mov eax, 0x01040506
    mov edx, 0x07000104
    wrmsr
    xor eax, eax
    rdmsr
    same "PAT", eax, 0x01040506
    same "PAT", edx, 0x07000104
    mov ecx, 0xfe
    rdmsr
    same "MTRRcap", eax, 0x508
    mov ecx, 0x200
    mov eax, 0xc0000006
    xor edx, edx
    wrmsr
    rdmsr
    same "MTRR", eax, 0xc0000006
    mov eax, 0x102
    faults GP, 0, wrmsr
    mov ecx, 0x10                   ; the time stamp counter can be set
    mov eax, 1000
    mov edx, 5
    wrmsr
    rdtsc
    same "TSC", edx, 5
    mov ebx, eax
    rdtsc
    sub eax, ebx
    setg al
    movzx eax, al
    same "it goes up", eax, 1
    mov ecx, 0xc0000080             ; EFER: NXE alone
    mov eax, 0x100
    xor edx, edx
    faults GP, 0, wrmsr
    mov eax, 0x800
    works wrmsr

; ---- CPUID
    xor eax, eax
    cpuid
    same "Genu", ebx, "Genu"
    same "ineI", edx, "ineI"
    same "ntel", ecx, "ntel"
    mov eax, 1
    cpuid
    and edx, 1 << 4 | 1 << 8 | 1 << 11
    same "TSC CX8 SEP", edx, 1 << 4 | 1 << 8 | 1 << 11
    mov eax, 0x80000002
    cpuid
    same "brand", eax, "tabp"
    ring3_works cpuid

; ---- SYSENTER, SYSEXIT
    mov ecx, 0x174
    xor eax, eax
    xor edx, edx
    wrmsr
    faults GP, 0, sysenter
    faults GP, 0, sysexit
    mov eax, sysenter_cs
    wrmsr
    mov ecx, 0x175
    mov eax, ring0_stack
    wrmsr
    mov ecx, 0x176
    mov eax, sysenter_target
    wrmsr
    ring3_faults GP, 0, sysexit
    mov dword [resume_eip], .left
    mov [resume_esp], esp
    mov edx, sysexit_target
    mov ecx, ring3_stack
    sysexit
.left:
    same "SYSEXIT at", ebx, 3
    same "ESP", esi, ring3_stack
    same "CS", eax, ((sysenter_cs + 16) | 3) | (((sysenter_cs + 24) | 3) << 16)
    same "SYSENTER CS SS", edi, sysenter_cs | ((sysenter_cs + 8) << 16)
    same "its ESP", ebp, ring0_stack
    jmp sysenter_done
sysexit_target:
    mov esi, esp
    mov ebx, cs
    mov eax, ss
    shl eax, 16
    mov ax, bx
    and ebx, 3
    sysenter
sysenter_target:
    mov edi, ss
    shl edi, 16
    mov bp, cs
    or di, bp
    mov ebp, esp
    ud2
sysenter_done:

; ---- GDTR and IDTR
    sgdt [table]
    same "SGDT", dword [table + 2], gdt
    same "SIDT limit", dword [table + 6], 0
    faults UD, NOERR, db 0x0f, 0x01, 0xc0           ; SGDT EAX (VMCALL's place)
    done
table: dd 0, 0

