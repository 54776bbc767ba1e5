; Paging: error codes, CR2, WP, U/S and R/W of both levels, accessed and dirty bits, what INVLPG, CR3 and global pages keep,
; 4 MiB pages, PAE with no-execute. Faults inside far transfers and task switches.
%macro extra_descriptors 0
entry TASK_A
    descriptor at(task_tss), 0x67, 0x89, 0
%endmacro
%include "kit.inc"

; Page tables. The first 4 MiB are mapped as they are, but for page W (and what the tests change).
DIRECTORY equ 0x30000
TABLE equ 0x31000
POINTERS equ 0x32000                ; PAE
DIRECTORY_PAE equ 0x33000
TABLE_PAE equ 0x34000
FRAME equ 0x3a000                   ; the frame that the tests map
FRAME2 equ 0x3b000
W equ 0x00080000                    ; the linear page they look at
PRESENT equ 1
WRITABLE equ 2
USER equ 4
ACCESSED equ 0x20
DIRTY equ 0x40
GLOBAL_ equ 0x100
LARGE equ 0x80
%define pte dword [TABLE + (W >> 12) * 4]
%define pde dword [DIRECTORY]

; Maps W as %1 and forgets what was known of it.
%macro map_w 1
    mov pte, %1
    invlpg [W]
%endmacro
; A page fault with CR2 = %2.
%macro page_fault 3+
    faults PF, %1, %3
    same "CR2", dword [got_cr2], %2
%endmacro
%macro ring3_page_fault 3+
    ring3_faults PF, %1, %3
    same "CR2", dword [got_cr2], %2
%endmacro
%macro wp 1
    mov eax, cr0
    and eax, ~0x10000
    or eax, %1 << 16
    mov cr0, eax
%endmacro
; The access bits of W's entry.
%macro bits_of_w 2
    mov ebx, pte
    and ebx, ACCESSED | DIRTY
    same %1, ebx, %2
%endmacro

align 16
task_tss: times 26 dd 0

bits 16
start:
    call enter_protected_mode
bits 32
    mov edi, TABLE
    mov eax, PRESENT | WRITABLE | USER
.fill:
    stosd
    add eax, 0x1000
    cmp edi, TABLE + 0x1000
    jb .fill
    mov edi, DIRECTORY
    mov ecx, 1024
    xor eax, eax
    rep stosd
    mov pde, TABLE + (PRESENT | WRITABLE | USER)
    mov eax, DIRECTORY
    mov cr3, eax
    mov dword [FRAME], 0x11111111
    mov dword [FRAME2], 0x22222222
    mov eax, cr0
    and eax, ~0x60000000
    or eax, 0x80000000
    mov cr0, eax
    jmp .paged
.paged:

; ---- not present
    map_w 0
    page_fault 0, W + 4, mov eax, [W + 4]
    page_fault 2, W + 4, mov [W + 4], eax
    page_fault 2, W, add [W], eax           ; reads, but for writing
    page_fault 2, W, shl dword [W], 0
    page_fault 2, W, cmpxchg [W], ecx
    page_fault 2, W, cmpxchg8b [W]
    ring3_page_fault 4, W, mov eax, [W]
    ring3_page_fault 6, W, mov [W], eax
    page_fault 0, W, cmp [W], eax
    page_fault 0, W, mov eax, [W - 2]       ; the second page of the access
    page_fault 2, W, mov [W - 2], eax
    page_fault 0, 0x00400000, mov eax, [0x00400000] ; the directory
    page_fault 0, 0xfffff000, mov al, [0xfffff000]

; ---- rights
    map_w FRAME | PRESENT | WRITABLE
    works mov eax, [W]
    same "mapped", eax, 0x11111111
    ring3_page_fault 5, W, mov eax, [W]
    ring3_page_fault 7, W, mov [W], eax
    map_w FRAME | PRESENT | USER
    ring3_works mov eax, [W]
    ring3_page_fault 7, W, mov [W], eax
    works mov [W], eax                      ; WP is clear: the supervisor may
    wp 1
    page_fault 3, W, mov [W], eax
    page_fault 3, W, inc dword [W]
    works mov eax, [W]
    map_w FRAME | PRESENT | WRITABLE | USER
    ring3_works mov [W], eax
; ---- accessed and dirty
    map_w FRAME | PRESENT | WRITABLE
    bits_of_w "not touched", 0
    mov eax, [W]
    bits_of_w "read", ACCESSED
    mov [W], eax
    bits_of_w "written", ACCESSED | DIRTY
    map_w FRAME | PRESENT
    page_fault 3, W, mov [W], eax
    bits_of_w "a refused write", 0
    wp 0
    map_w FRAME | PRESENT | WRITABLE
    mov [W], eax
    bits_of_w "written at once", ACCESSED | DIRTY
    mov eax, pde
    and eax, ACCESSED
    same "PDE", eax, ACCESSED

; ---- what is kept
    mov dword [FRAME], 0x11111111
    map_w FRAME | PRESENT | WRITABLE
    mov eax, [W]
    mov pte, FRAME2 | PRESENT | WRITABLE
    invlpg [W + 123]
    mov eax, [W]
    same "INVLPG", eax, 0x22222222
    mov pte, FRAME | PRESENT | WRITABLE
    mov eax, cr3
    mov cr3, eax
    mov eax, [W]
    same "CR3", eax, 0x11111111
    mov eax, cr4
    or eax, 0x80                            ; PGE
    mov cr4, eax
    map_w FRAME | PRESENT | WRITABLE | GLOBAL_
    mov eax, [W]
    mov pte, FRAME2 | PRESENT | WRITABLE | GLOBAL_
    mov eax, cr3
    mov cr3, eax
    mov eax, [W]
    same "CR3 keeps global pages", eax, 0x11111111
    mov eax, cr4
    and eax, ~0x80
    mov cr4, eax
    mov eax, [W]
    same "CR4.PGE drops them", eax, 0x22222222

; ---- instruction fetch
    map_w FRAME | PRESENT | WRITABLE | USER
    mov dword [FRAME + 0xffe], 0x00b89090   ; NOP NOP; MOV EAX, imm32 lies across the border
    mov dword [TABLE + ((W >> 12) + 1) * 4], 0
    invlpg [W + 0x1000]
    mov dword [resume_eip], .fetched
    mov [resume_esp], esp
    mov eax, W + 0xffe
    jmp eax
.fetched:
    same "fetch", dword [got_vector], PF
    same "fetch: error", dword [got_error], 0
    same "fetch: CR2", dword [got_cr2], W + 0x1000
    same "fetch: EIP", dword [got_eip], W + 0x1000
    mov byte [FRAME + 0xfff], 0xb8          ; now it begins in the first page
    mov dword [resume_eip], .crossing
    mov eax, W + 0xfff
    jmp eax
.crossing:
    same "crossing: CR2", dword [got_cr2], W + 0x1000
    same "crossing: EIP", dword [got_eip], W + 0xfff

; ---- faults in the middle of things leave the instruction unstarted
    map_w 0
    mov esi, W - 4                          ; REP MOVSD stops at the page, with its registers there
    mov edi, FRAME2
    mov ecx, 5
    faults PF, 0, rep movsd
    same "ECX", ecx, 4
    same "ESI", esi, W
    same "EDI", edi, FRAME2 + 4
    mov edi, W - 4
    mov dx, 0x100
    mov ecx, 3
    faults PF, 2, rep insd
    same "INS: ECX", ecx, 2
    same "INS: EDI", edi, W
    mov ebx, 0x77777777
    faults PF, 0, lfs ebx, [W - 4]
    same "LFS", ebx, 0x77777777
    mov dword [task_tss + 0x1c], DIRECTORY
    mov eax, W - 0x20                       ; a TSS across the border: #PF in the old task, nothing has changed
    mov [gdt + TASK_A + 2], ax
    shr eax, 16
    mov [gdt + TASK_A + 4], al
    faults PF, 0, jmp TASK_A:0
    str eax
    same "still the main task", eax, MAIN_TSS
    movzx eax, byte [gdt + MAIN_TSS + 5]
    same "still busy", eax, 0x8b

; ---- 4 MiB pages
    mov eax, cr4
    or eax, 0x10
    mov cr4, eax
    mov dword [DIRECTORY + 4], PRESENT | WRITABLE | LARGE
    mov dword [FRAME], 0x12121212
    mov eax, [0x00400000 + FRAME]
    same "4 MiB page", eax, 0x12121212
    mov [0x00400000 + FRAME], eax
    mov eax, [DIRECTORY + 4]
    and eax, ACCESSED | DIRTY
    same "its bits", eax, ACCESSED | DIRTY
    mov dword [DIRECTORY + 4], 0x00200000 | PRESENT | WRITABLE | LARGE    ; a reserved bit
    mov eax, cr3
    mov cr3, eax
    page_fault 9, 0x00400000, mov eax, [0x00400000]
    mov eax, cr4
    and eax, ~0x10
    mov cr4, eax

; ---- PAE and no-execute
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    mov edi, POINTERS
    mov ecx, 0x2000 / 4
    xor eax, eax
    rep stosd
    mov dword [POINTERS], DIRECTORY_PAE + PRESENT
    mov dword [DIRECTORY_PAE], TABLE_PAE + (PRESENT | WRITABLE | USER)
    mov dword [DIRECTORY_PAE + 8], 0x00200000 | PRESENT | WRITABLE | LARGE
    mov edi, TABLE_PAE
    mov eax, PRESENT | WRITABLE | USER
.fill_pae:
    stosd
    mov dword [edi], 0
    add edi, 4
    add eax, 0x1000
    cmp edi, TABLE_PAE + 0x1000
    jb .fill_pae
    mov ecx, 0xc0000080                     ; EFER.NXE
    rdmsr
    or eax, 0x800
    wrmsr
    mov eax, POINTERS
    mov cr3, eax
    mov eax, cr4
    or eax, 0x20
    mov cr4, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    mov dword [0x200000], 0x34343434
    mov eax, [0x200000]
    same "2 MiB page", eax, 0x34343434
    mov byte [FRAME], 0xc3
    mov eax, [FRAME]
    mov eax, FRAME
    call eax
    mov dword [TABLE_PAE + (FRAME >> 12) * 8 + 4], 0x80000000
    invlpg [FRAME]
    works mov eax, [FRAME]
    mov dword [resume_eip], .refused
    mov [resume_esp], esp
    mov eax, FRAME
    jmp eax
.refused:
    same "no-execute", dword [got_vector], PF
    same "error", dword [got_error], 0x11
    same "CR2", dword [got_cr2], FRAME
    mov dword [TABLE_PAE + (FRAME >> 12) * 8 + 4], 0x00000010   ; beyond 36 bits: reserved
    invlpg [FRAME]
    page_fault 9, FRAME, mov eax, [FRAME]
    page_fault 0, 0x40000000, mov eax, [0x40000000]
    done
