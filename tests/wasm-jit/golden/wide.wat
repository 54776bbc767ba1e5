;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = get.i32 eax
;;     %1 = zero_extend %0
;;     %2 = get.i32 ebx
;;     %3 = zero_extend %2
;;     %4 = mul.i64 %1, %3
;;     %5 = wrap %4
;;     set.i32 eax, %5
;;     %7 = const.i64 0x20
;;     %8 = shr_u.i64 %4, %7
;;     %9 = wrap %8
;;     set.i32 edx, %9
;;     leave exit 0
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
  (local $4 i64)
  (local $5 i64)
  (local $6 i32)
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
   (i32.load offset=40
    (local.get $0)
   )
  )
  (local.set $4
   (i64.load offset=320
    (local.get $0)
   )
  )
  (block (result i32)
   (local.set $6
    (block $label$1 (result i32)
     (local.set $1
      (i32.wrap_i64
       (local.tee $5
        (i64.mul
         (i64.extend_i32_u
          (local.get $1)
         )
         (i64.extend_i32_u
          (local.get $3)
         )
        )
       )
      )
     )
     (local.set $2
      (i32.wrap_i64
       (i64.shr_u
        (local.get $5)
        (i64.const 32)
       )
      )
     )
     (br $label$1
      (i32.const 0)
     )
    )
   )
   (i64.store offset=16
    (local.get $0)
    (i64.extend_i32_u
     (local.get $1)
    )
   )
   (i64.store offset=32
    (local.get $0)
    (i64.extend_i32_u
     (local.get $2)
    )
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $4)
   )
   (local.get $6)
  )
 )
)
