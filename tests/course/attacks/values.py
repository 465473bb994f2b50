"""Results that are hard to carry, to compare or to print, and right answers in unusual form."""

from attacks import Attack

_CLASSES = """
class Raising:
    @property
    def shape(self):
        raise SystemExit
    def __repr__(self):
        raise KeyboardInterrupt

class Endless:
    def __getattr__(self, name):
        return getattr(self, name + "x")

class Nameless:
    def __getattribute__(self, name):
        raise SystemExit

class Liar:
    __class__ = property(lambda self: 1 / 0)

class Odd(int):
    def __abs__(self):
        raise SystemExit
    def __str__(self):
        return "x"

class Meta(type):
    __name__ = property(lambda self: b"x")

class Made(metaclass=Meta):
    pass

cycle = []
cycle.append(cycle)
deep = []
for _ in range(100_000):
    deep = [deep]

class Text(str):
    @property
    def __dict__(self):
        raise SystemExit

def named():
    pass
named.__qualname__ = "\\x1b]0;x\\x07" + "=1+1"
"""

_EXPRESSIONS = {
    "a generator": "(row for row in angles)",
    "an endless generator": "iter(int, 1)",
    "a list that holds itself": "cycle",
    "a list of great depth": "deep",
    "a dictionary that holds itself": "cycle[0].__class__ and (lambda d: d.update(d=d) or d)({})",
    "an array of objects": "np.array([object(), cycle], dtype=object)",
    "an array of texts": "np.array(['1', '2'])",
    "an array of records": "np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])",
    "an array of dates": "np.array(['2020-01-01'], dtype='datetime64[D]')",
    "a masked array": "np.ma.masked_array(np.concatenate([angles, angles], axis=-1))" ,
    "a matrix": "np.concatenate([angles, angles], axis=-1).view(np.matrix)",
    "not a number": "np.full((len(angles), 2 * np.shape(angles)[1] if np.ndim(angles) > 1 else 2), np.nan)",
    "infinity": "np.full((len(angles), 2 * np.shape(angles)[1] if np.ndim(angles) > 1 else 2), np.inf)",
    "a bare not a number": "float('nan')",
    "other byte order": "np.concatenate([angles, angles], axis=-1).astype('>f8')",
    "an array of the widest floats": "np.concatenate([angles, angles], axis=-1).astype(np.longdouble)",
    "an array of no dimensions": "np.array(1.0)",
    "an array of 64 dimensions": "np.zeros((1,) * 64)",
    "an empty array of a huge shape": "np.zeros((0, 2**40))",
    "a broadcast array": "np.broadcast_to(np.float64(0), (2**20, 2**20))",
    "a huge whole number": "10**5000",
    "a whole number of 390 digits": "10**390",
    "a negative huge number": "-(1 << 10**6)",
    "a bool": "True",
    "a number that lies": "Odd(3)",
    "a text that lies": "Text('x')",
    "a surrogate": "'\\ud800'",
    "ten megabytes of text": "'x' * 10**7",
    "bytes": "b'x' * 10**6",
    "a hundred megabytes": "bytes(10**8)",
    "not implemented": "NotImplemented",
    "an ellipsis": "...",
    "a class": "int",
    "a class of its own": "Raising",
    "a module": "np",
    "a function": "named",
    "a NumPy type": "np.float64",
    "a type with no size": "np.void",
    "a dtype": "np.dtype('f8')",
    "a dtype of records": "np.dtype([('a', 'O')])",
    "a dictionary of numbers": "{1: 2}",
    "a dictionary with a surrogate": "{'\\udfff': 1}",
    "a tuple of 30,000": "(0.0,) * 30_000",
    "properties that raise": "Raising()",
    "attributes without end": "Endless()",
    "a class that cannot be asked for": "Liar()",
    "an object that ends what reads from it": "Nameless()",
    "a type without a name": "Made()",
    "a memoryview": "memoryview(b'x' * 100)",
    "an exception": "ValueError('angles')",
    "a frame": "__import__('sys')._getframe()",
    "a socket": "__import__('socket').socket(fileno=3)",
}  # fmt: skip


def _giving(expression: str) -> str:
    """duplicate_angles that gives the value of an expression."""
    return f"{_CLASSES}\ndef duplicate_angles(angles):\n    return {expression}\n"


VALUES = tuple(Attack(name, _giving(expression)) for name, expression in _EXPRESSIONS.items())

_RIGHT = {
    "in columns": "np.asfortranarray(plain(angles))",
    "a view with steps": "np.repeat(plain(angles), 2, axis=0)[::2]",
    "read only": "(lambda one: one.setflags(write=False) or one)(plain(angles))",
    "with output and warnings": "(print('x'), __import__('warnings').warn('careful'), plain(angles))[-1]",
}

RIGHT = tuple(
    Attack(
        f"right, {name}", f"plain = duplicate_angles\n\ndef duplicate_angles(angles):\n    return {expression}\n", 12
    )
    for name, expression in _RIGHT.items()
)
