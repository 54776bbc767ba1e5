;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = get.i32 eax
;;     %1 = get.i32 ebx
;;     %2 = add.i32 %0, %1
;;     set.i32 eax, %2
;;     set.i32 flag_result, %2
;;     set.i32 flag_x, %0
;;     set.i32 flag_y, %1
;;     %7 = get.i32 ecx
;;     %8 = get.i32 edx
;;     set.i32 ecx, %8
;;     set.i32 edx, %7
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
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
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
   (i32.load offset=256
    (local.get $0)
   )
  )
  (local.set $6
   (i32.load offset=260
    (local.get $0)
   )
  )
  (local.set $7
   (i32.load offset=264
    (local.get $0)
   )
  )
  (local.set $8
   (i64.load offset=320
    (local.get $0)
   )
  )
  (block (result i32)
   (local.set $12
    (block $label$1 (result i32)
     (local.set $1
      (block (result i32)
       (local.set $10
        (i32.add
         (local.get $1)
         (local.get $4)
        )
       )
       (local.set $9
        (local.get $1)
       )
       (local.get $10)
      )
     )
     (local.set $5
      (local.get $1)
     )
     (local.set $6
      (local.get $9)
     )
     (local.set $7
      (local.get $4)
     )
     (local.set $2
      (block (result i32)
       (local.set $11
        (local.get $3)
       )
       (local.set $9
        (local.get $2)
       )
       (local.get $11)
      )
     )
     (local.set $3
      (local.get $9)
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
   (i64.store offset=24
    (local.get $0)
    (i64.extend_i32_u
     (local.get $2)
    )
   )
   (i64.store offset=32
    (local.get $0)
    (i64.extend_i32_u
     (local.get $3)
    )
   )
   (i32.store offset=256
    (local.get $0)
    (local.get $5)
   )
   (i32.store offset=260
    (local.get $0)
    (local.get $6)
   )
   (i32.store offset=264
    (local.get $0)
    (local.get $7)
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $8)
   )
   (local.get $12)
  )
 )
)
