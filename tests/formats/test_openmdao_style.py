"""Expressions as OpenMDAO's ExecComp takes them, assignments of Python with `**`, are lines of a `.gq` file as they stand."""

import pytest

import gradq

# the actuator disc: at an axial induction of 1/3 a wind turbine takes the most that it can, 16/27 of the power (Betz)
DISC = [
    "Vr = Vu*(1.0 - a)",
    "Vd = Vu*(1.0 - 2.0*a)",
    "q = 0.5*rho*Area*Vu**2",
    "thrust = 4.0*q*a*(1.0 - a)",
    "power = thrust*Vr",
    "Ct = thrust/q",
    "Cp = power/(0.5*rho*Area*Vu**3)",
]
HERE = {"a": 1 / 3, "Area": 10.0, "rho": 1.225, "Vu": 10.0}


def test_a_model_of_assignments_has_its_known_optimum() -> None:
    with gradq.open(":memory:") as space:
        graph = space.add("disc", "\n".join(DISC))
        assert graph.eval("Cp", HERE) == pytest.approx(16 / 27, rel=1e-14)
        assert graph.d("Cp", wrt="a").at(HERE) == pytest.approx(0, abs=1e-14)
        assert graph.d("Cp", wrt="Vu").at(HERE) == pytest.approx(0, abs=1e-14)
        assert graph.d("Ct", wrt="a").at(HERE) == pytest.approx(4 * (1 - 2 / 3), rel=1e-14)
        assert graph.check(HERE).failures == []
