;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     check_budget 5, exit 0
;;     charge 5
;;     %2 = get.i32 esi
;;     %3 = translate.4.read %2, exit 1
;;     %4 = load.i32.4 %3
;;     set.i32 eax, %4
;;     %6 = get.i32 ebx
;;     %7 = get.i32 eax
;;     %8 = add.i32 %6, %7
;;     set.i32 ebx, %8
;;     %10 = const.i32 4
;;     %11 = add.i32 %2, %10
;;     set.i32 esi, %11
;;     %13 = get.i32 ecx
;;     %14 = const.i32 1
;;     %15 = sub.i32 %13, %14
;;     set.i32 ecx, %15
;;     set.i32 flag_result, %15
;;     %18 = const.i32 0
;;     %19 = ne.i32 %15, %18
;;     branch %19, block 0, block 1
;; block 1: rip 0, 0 instructions
;;     leave exit 2
;; exit 0: next, rip 0, undone 0, flags carries
;; exit 1: next, rip 0, undone 0, flags carries
;; exit 2: next, rip 0, undone 0, flags carries
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
  (local $8 i32)
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
   (i32.load offset=64
    (local.get $0)
   )
  )
  (local.set $5
   (i32.load offset=256
    (local.get $0)
   )
  )
  (local.set $6
   (i64.load offset=320
    (local.get $0)
   )
  )
  (block (result i32)
   (local.set $8
    (block $label$1 (result i32)
     (loop $label$2
      (drop
       (br_if $label$1
        (i32.const 0)
        (i64.lt_s
         (local.get $6)
         (i64.const 5)
        )
       )
      )
      (local.set $6
       (i64.sub
        (local.get $6)
        (i64.const 5)
       )
      )
      (if
       (i32.and
        (i32.or
         (local.tee $7
          (i32.load offset=1048576
           (i32.and
            (i32.shr_u
             (local.get $4)
             (i32.const 10)
            )
            (i32.const 4194300)
           )
          )
         )
         (local.get $4)
        )
        (i32.const 3)
       )
       (then
        (drop
         (br_if $label$1
          (i32.const 1)
          (i32.or
           (i32.and
            (local.get $7)
            (i32.const 1)
           )
           (i32.gt_u
            (i32.and
             (local.get $4)
             (i32.const 4095)
            )
            (i32.const 4092)
           )
          )
         )
        )
       )
      )
      (local.set $1
       (i32.load align=1
        (i32.add
         (local.get $4)
         (local.get $7)
        )
       )
      )
      (local.set $3
       (i32.add
        (local.get $3)
        (local.get $1)
       )
      )
      (local.set $4
       (i32.add
        (local.get $4)
        (i32.const 4)
       )
      )
      (local.set $2
       (i32.sub
        (local.get $2)
        (i32.const 1)
       )
      )
      (local.set $5
       (local.get $2)
      )
      (br_if $label$2
       (local.get $2)
      )
      (br $label$1
       (i32.const 2)
      )
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
   (i64.store offset=40
    (local.get $0)
    (i64.extend_i32_u
     (local.get $3)
    )
   )
   (i64.store offset=64
    (local.get $0)
    (i64.extend_i32_u
     (local.get $4)
    )
   )
   (i32.store offset=256
    (local.get $0)
    (local.get $5)
   )
   (i64.store offset=320
    (local.get $0)
    (local.get $6)
   )
   (local.get $8)
  )
 )
 ;; custom section "metadata.code.branch_hint", size 12
)
