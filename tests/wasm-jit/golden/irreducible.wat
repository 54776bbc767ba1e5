;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = get.i32 eax
;;     branch %0, block 1, block 2
;; block 1: rip 0, 0 instructions
;;     %0 = get.i32 ebx
;;     %1 = const.i32 1
;;     %2 = add.i32 %0, %1
;;     set.i32 ebx, %2
;;     jump block 2
;; block 2: rip 0, 0 instructions
;;     check_budget 1, exit 0
;;     %1 = get.i32 ecx
;;     branch %1, block 1, block 3
;; block 3: rip 0, 0 instructions
;;     leave exit 1
;; exit 0: next, rip 0, undone 0, flags carries
;; exit 1: next, rip 0, undone 0, flags carries
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
  (local $5 i32)
  (local $6 i32)
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
     (loop $label$2
      (block $label$3
       (block $label$4
        (block $label$5
         (block $label$6
          (br_table $label$6 $label$5 $label$4 $label$3
           (local.get $5)
          )
         )
         (if
          (local.get $1)
          (then
           (local.set $5
            (i32.const 1)
           )
           (br $label$2)
          )
         )
         (local.set $5
          (i32.const 2)
         )
         (br $label$2)
        )
        (local.set $3
         (i32.add
          (local.get $3)
          (i32.const 1)
         )
        )
        (local.set $5
         (i32.const 2)
        )
        (br $label$2)
       )
       (drop
        (br_if $label$1
         (i32.const 0)
         (i64.lt_s
          (local.get $4)
          (i64.const 1)
         )
        )
       )
       (if
        (local.get $2)
        (then
         (local.set $5
          (i32.const 1)
         )
         (br $label$2)
        )
       )
       (local.set $5
        (i32.const 3)
       )
       (br $label$2)
      )
      (br $label$1
       (i32.const 1)
      )
     )
    )
   )
   (i64.store offset=40
    (local.get $0)
    (i64.extend_i32_u
     (local.get $3)
    )
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $4)
   )
   (local.get $6)
  )
 )
 ;; custom section "metadata.code.branch_hint", size 6
)
