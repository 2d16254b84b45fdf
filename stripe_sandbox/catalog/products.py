"""Products (docs.stripe.com/api/products)."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.catalog.objects import PRODUCT_MEMBERS, make_price, make_product
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit


@operation("POST", "/v1/products", "ProductCreateParams")
def create(call: Call) -> JSON:
    """Make a product, with ``default_price_data`` also its price."""
    params = call.params
    if "id" in params and call.sandbox.store.find(params["id"]) is not None:
        raise errors.invalid("Product already exists.", "id", "resource_already_exists")
    active = params.get("active", True)
    product = make_product(
        call.sandbox, call.account, params, active=active, metadata=metadata(params)
    )
    emit(call.sandbox, "product.created", product)
    if data := params.get("default_price_data"):
        price = make_price(call, data, product["id"], "default_price_data")
        emit(call.sandbox, "price.created", price)
        product["default_price"] = price["id"]
        call.sandbox.store.save(product)
    return product


@operation("GET", "/v1/products/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One product."""
    return call.fetch("product", identifier)


@operation("GET", "/v1/products", "ProductListParams")
def list_all(call: Call) -> JSON:
    """Products, by ``active``, ``shippable`` or ``url``."""
    wanted = {name: call.params.get(name) for name in ("active", "shippable", "url")}
    return call.page("product", "/v1/products", wanted)


@operation("POST", "/v1/products/<identifier>", "ProductUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change a product."""
    product, params = call.fetch("product", identifier), call.params
    if params.get("default_price"):
        call.fetch("price", params["default_price"], "default_price", 400)
    for name in ("name", "active", "default_price", *PRODUCT_MEMBERS):
        if name in params:
            product[name] = params[name] if params[name] != "" else None
    product["images"] = product["images"] or []
    product["metadata"] = metadata(params, product["metadata"])
    product["updated"] = call.sandbox.clock.now()
    changed(call.sandbox, "product.updated", product)
    return product


@operation("DELETE", "/v1/products/<identifier>")
def delete(call: Call, identifier: str) -> JSON:
    """Forget a product that has no prices."""
    product = call.fetch("product", identifier)
    if call.sandbox.store.select("price", call.account, {"product": identifier}, limit=1):
        message = "This product cannot be deleted because it has one or more user-created prices."
        raise errors.refused(message)
    emit(call.sandbox, "product.deleted", product)
    call.sandbox.store.delete(identifier)
    return {"id": identifier, "object": "product", "deleted": True}
