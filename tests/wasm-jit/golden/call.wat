;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = const.i32 5
;;     set.i32 eax, %0
;;     spill exit 0
;;     %3 = call insn 2
;;     leave_spilled %3, exit 1
;;     reload {eax edx}
;;     %6 = get.i32 eax
;;     %7 = get.i32 edx
;;     %8 = lt_u.i32 %6, %7
;;     %9 = eqz.i32 %8
;;     exit_if %9, exit 2
;;     leave exit 3
;; exit 0: next, rip 0x1005, undone 2, flags logic.1
;; exit 1: next, rip 0, undone 0, flags carries
;; exit 2: next, rip 0, undone 0, flags carries
;; exit 3: next, rip 0, undone 0, flags carries
;; insn 0: handler 0, 0 bytes
;; insn 1: handler 0, 0 bytes
;; insn 2: handler 0, 0 bytes
(module
 (type $0 (func (param i32 i32) (result i32)))
 (type $1 (func (param i32) (result i32)))
 (import "t" "memory" (memory $mimport$0 0))
 (import "t" "interpret" (func $fimport$0 (param i32 i32) (result i32)))
 (export "0" (func $0))
 (func $0 (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i64)
  (local $4 i32)
  (local $5 i32)
  (local.set $1
   (i32.load offset=16
    (local.get $0)
   )
  )
  (local.set $2
   (i32.load offset=32
    (local.get $0)
   )
  )
  (local.set $3
   (i64.load offset=320
    (local.get $0)
   )
  )
  (block (result i32)
   (local.set $5
    (block $label$1 (result i32)
     (local.set $1
      (i32.const 5)
     )
     (i64.store offset=16
      (local.get $0)
      (i64.extend_i32_u
       (local.get $1)
      )
     )
     (i64.store offset=320
      (local.get $0)
      (i64.add
       (local.get $3)
       (i64.const 2)
      )
     )
     (i32.store offset=272
      (local.get $0)
      (i32.const 1)
     )
     (i64.store offset=160
      (local.get $0)
      (i64.const 4101)
     )
     (local.set $4
      (call $fimport$0
       (local.get $0)
       (i32.const 65584)
      )
     )
     (if
      (local.get $4)
      (then
       (return
        (i32.const 1)
       )
      )
     )
     (local.set $1
      (i32.load offset=16
       (local.get $0)
      )
     )
     (local.set $2
      (i32.load offset=32
       (local.get $0)
      )
     )
     (local.set $3
      (i64.load offset=320
       (local.get $0)
      )
     )
     (drop
      (br_if $label$1
       (i32.const 2)
       (i32.ge_u
        (local.get $1)
        (local.get $2)
       )
      )
     )
     (br $label$1
      (i32.const 3)
     )
    )
   )
   (i64.store offset=16
    (local.get $0)
    (i64.extend_i32_u
     (local.get $1)
    )
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $3)
   )
   (local.get $5)
  )
 )
 ;; custom section "metadata.code.branch_hint", size 9
)
