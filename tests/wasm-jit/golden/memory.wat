;; region 0x1000
;; block 0: rip 0, 0 instructions
;;     %0 = get.i32 esi
;;     %1 = const.i32 8
;;     %2 = add.i32 %0, %1
;;     %3 = translate.4.write %2, exit 0
;;     %4 = load.i32.4 %3
;;     %5 = get.i32 eax
;;     %6 = add.i32 %4, %5
;;     store.i32.4 %3, %6
;;     set.i32 flag_result, %6
;;     set.i32 flag_x, %4
;;     set.i32 flag_y, %5
;;     %11 = get.i32 edi
;;     %12 = translate.1.read %11, exit 1
;;     %13 = get.i32 edx
;;     %14 = const.i32 0xffffff00
;;     %15 = and.i32 %13, %14
;;     %16 = load.i32.1 %12
;;     %17 = or.i32 %15, %16
;;     set.i32 edx, %17
;;     leave exit 0
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
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
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
   (i32.load offset=64
    (local.get $0)
   )
  )
  (local.set $4
   (i32.load offset=72
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
   (local.set $11
    (block $label$1 (result i32)
     (if
      (i32.and
       (i32.or
        (local.tee $10
         (i32.load offset=5242880
          (i32.and
           (i32.shr_u
            (local.tee $9
             (i32.add
              (local.get $3)
              (i32.const 8)
             )
            )
            (i32.const 10)
           )
           (i32.const 4194300)
          )
         )
        )
        (local.get $9)
       )
       (i32.const 3)
      )
      (then
       (drop
        (br_if $label$1
         (i32.const 0)
         (i32.or
          (i32.and
           (local.get $10)
           (i32.const 1)
          )
          (i32.gt_u
           (i32.and
            (local.get $9)
            (i32.const 4095)
           )
           (i32.const 4092)
          )
         )
        )
       )
      )
     )
     (i32.store align=1
      (local.tee $10
       (i32.add
        (local.get $9)
        (local.get $10)
       )
      )
      (local.tee $9
       (i32.add
        (local.tee $10
         (i32.load align=1
          (local.get $10)
         )
        )
        (local.get $1)
       )
      )
     )
     (local.set $5
      (local.get $9)
     )
     (local.set $6
      (local.get $10)
     )
     (local.set $7
      (local.get $1)
     )
     (drop
      (br_if $label$1
       (i32.const 1)
       (i32.and
        (local.tee $10
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
        (i32.const 1)
       )
      )
     )
     (local.set $2
      (i32.or
       (i32.and
        (local.get $2)
        (i32.const -256)
       )
       (i32.load8_u
        (i32.add
         (local.get $4)
         (local.get $10)
        )
       )
      )
     )
     (br $label$1
      (i32.const 0)
     )
    )
   )
   (i64.store offset=32
    (local.get $0)
    (i64.extend_i32_u
     (local.get $2)
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
   (local.get $11)
  )
 )
 ;; custom section "metadata.code.branch_hint", size 13
)
