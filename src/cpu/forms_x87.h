// Expands the rows of insns_x87.inc to the cases of the x87 switch: X87_<form>(name). Real operands in memory are m32, m64
// and m80, integer ones m16, m32 and m64. The including file says what happens behind a handler: DONE, FAULTED, and
// COMMIT(p). A case has `c`, the Cpu, and `i`, the Insn. No include guard on purpose.
#include "cpu/evaluator_x87.h"
#include "cpu/interp.h"

#define CASE(name, f) case op::name + u16{form::x87_##f}:
#define ST(field) e.st(i->field)
#define RUN(name, ...) InterpX87 e(c, i); insn::name(e __VA_OPT__(,) __VA_ARGS__)
#define ADDRESS(p, T, A)                                                                                               \
    u8* const p = Engine::memory<T, Access::A>(c, i);                                                                  \
    if (TABPC_UNLIKELY(!p)) FAULTED

#define REGISTER(name, f, ...) CASE(name, f) { RUN(name __VA_OPT__(,) __VA_ARGS__); DONE }
#define LOAD(name, f, T) CASE(name, f) { ADDRESS(p, T, Read); RUN(name, PtrOp<T>{p}); DONE }
#define OPERATE(name, f, T) CASE(name, f) { ADDRESS(p, T, Read); RUN(name, ST(d), PtrOp<T>{p}); DONE }
#define STORE(name, f, T)                                                                                              \
    CASE(name, f)                                                                                                      \
    {                                                                                                                  \
        ADDRESS(p, T, Write);                                                                                          \
        InterpX87 e(c, i);                                                                                             \
        if (insn::name(e, PtrOp<T>{p})) COMMIT(p)                                                                      \
        DONE                                                                                                           \
    }

#define X87_plain(name) REGISTER(name, st)
#define X87_st(name) REGISTER(name, st, ST(d))
#define X87_pair(name) REGISTER(name, st, ST(d), ST(s))
#define X87_real(name) X87_pair(name) OPERATE(name, m4, fp::F32) OPERATE(name, m8, fp::F64)
#define X87_integer(name) OPERATE(name, m2, i16) OPERATE(name, m4, i32)
#define X87_load(name) X87_st(name) LOAD(name, m4, fp::F32) LOAD(name, m8, fp::F64) LOAD(name, m10, F80Image)
#define X87_store(name) X87_st(name) STORE(name, m4, fp::F32) STORE(name, m8, fp::F64)
#define X87_store80(name) X87_store(name) STORE(name, m10, F80Image)
#define X87_load_integer(name) LOAD(name, m2, i16) LOAD(name, m4, i32) LOAD(name, m8, i64)
#define X87_store_integer(name) STORE(name, m2, i16) STORE(name, m4, i32)
#define X87_store_integer64(name) X87_store_integer(name) STORE(name, m8, i64)
#define X87_control_load(name) // interp_x87.cpp: no pointers are remembered
#define X87_control_store(name)
