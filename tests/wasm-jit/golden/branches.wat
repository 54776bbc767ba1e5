;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = get.i32 eax
;;     %1 = get.i32 ebx
;;     %2 = lt_s.i32 %0, %1
;;     branch %2, block 1, block 2
;; block 1: rip 0, 0 instructions
;;     %0 = const.i32 1
;;     set.i32 ecx, %0
;;     jump block 4
;; block 2: rip 0, 0 instructions
;;     %0 = get.i32 edx
;;     %1 = eqz.i32 %0
;;     branch %1, block 3, block 4
;; block 3: rip 0, 0 instructions
;;     %0 = const.i32 2
;;     set.i32 ecx, %0
;;     jump block 4
;; block 4: rip 0, 0 instructions
;;     %0 = get.i32 edi
;;     leave_to %0, exit 0
;; exit 0: next, rip 0, undone 0, flags carries
;; insn 0: handler 0, 0 bytes
(module
 (type $0 (func (param i32 i32) (result i32)))
 (type $1 (func (param i32) (result i32)))
 (import "t" "memory" (memory $mimport$0 0))
 (import "t" "interpret" (func $fimport$0 (param i32 i32) (result i32)))
 (export "0" (func $0))
 (func $0 (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i64)
  (local $7 i32)
  (local.set $1
   (i32.load offset=16
    (local.get $0)
   )
  )
  (local.set $2
   (i32.load offset=24
    (local.get $0)
   )
  )
  (local.set $3
   (i32.load offset=32
    (local.get $0)
   )
  )
  (local.set $4
   (i32.load offset=40
    (local.get $0)
   )
  )
  (local.set $5
   (i32.load offset=72
    (local.get $0)
   )
  )
  (local.set $6
   (i64.load offset=320
    (local.get $0)
   )
  )
  (block (result i32)
   (local.set $7
    (block $label$1 (result i32)
     (block $label$2
      (if
       (i32.lt_s
        (local.get $1)
        (local.get $4)
       )
       (then
        (local.set $2
         (i32.const 1)
        )
        (br $label$2)
       )
      )
      (br_if $label$2
       (local.get $3)
      )
      (local.set $2
       (i32.const 2)
      )
     )
     (i64.store offset=160
      (local.get $0)
      (i64.extend_i32_u
       (local.get $5)
      )
     )
     (br $label$1
      (i32.const 0)
     )
    )
   )
   (i64.store offset=24
    (local.get $0)
    (i64.extend_i32_u
     (local.get $2)
    )
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $6)
   )
   (local.get $7)
  )
 )
)
